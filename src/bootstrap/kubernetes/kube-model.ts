/** Of what the API of Kubernetes tells, the parts that are read here. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [part: string]: unknown;
}

export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  /** It is on its way out, and nothing keeps it from going but who still uses it. */
  readonly deletionTimestamp?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

export interface Pod extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly image: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

export interface Deployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Claim extends KubeObject {
  readonly spec?: {
    /** Absent: the cluster's default, once it has one; empty: only volumes that somebody made by hand. */
    readonly storageClassName?: string;
    /** Absent until it is bound: nothing lies on it then. */
    readonly volumeName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
}

export interface PersistentVolume extends KubeObject {
  readonly spec?: {
    readonly persistentVolumeReclaimPolicy?: string;
    /** Whose it is, or was. */
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  };
}

/** Whether it is there, and not on its way out. */
export const isThere = <T extends KubeObject>(object: T | undefined): object is T =>
  object !== undefined && object.metadata.deletionTimestamp === undefined;
