import { createHash } from 'node:crypto';
import { IMAGE_ENV, PROGRAM } from '../image/lay-root.js';
import { VOLUME, VOLUME_FILES } from '../volume.js';
import type { KubeMetadata, KubeObject } from './kube-model.js';
import { PULL_POLICIES, type PullPolicy } from './pull-policies.js';

/** What the pod is made from. Nothing of it is a secret: whoever may see pods sees it. */
export interface PodFacts {
  readonly image: string;
  readonly pullPolicy: PullPolicy;
  /** A secret of the namespace that opens the registry. */
  readonly pullSecret?: string | undefined;
}

export interface VolumeFacts {
  /** Absent: the default of the cluster; empty: a volume that somebody made by hand. */
  readonly storageClass?: string | undefined;
  /** As Kubernetes writes quantities. Absent: `DEFAULT_SIZE`. */
  readonly size?: string | undefined;
}

/** States, copies of them, and what terraform unpacks. */
export const DEFAULT_SIZE = '5Gi';

/** Whose objects they are, and what they are all called. */
export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** The container, wherever the pod is. */
export const CONTAINER = 'bootstrapper';
/** Where the container finds what was delivered. */
const DELIVERY = '/delivery';
/** Terraform that takes longer is killed, and goes on from its state. */
const GRACE_SECONDS = 60;
const ANNOTATION = 'nomadctl.dev';

/** Labels that Kubernetes recommends; by the first two the pods are found. */
const selectorOf = ({ cluster }: Pick<Owner, 'cluster'>): Record<string, string> => ({
  'app.kubernetes.io/name': 'nomadctl-bootstrap',
  'app.kubernetes.io/instance': cluster,
});
const labelsOf = (owner: Pick<Owner, 'cluster'>): Record<string, string> => ({
  ...selectorOf(owner),
  'app.kubernetes.io/managed-by': 'nomadctl',
});

/** As `kubectl --selector` takes it. */
export const selectorWords = (owner: Pick<Owner, 'cluster'>): string =>
  Object.entries(selectorOf(owner))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

/** Whether we made it: what somebody else made stays. */
export const isOurs = ({ metadata }: KubeObject, owner: Pick<Owner, 'cluster'>): boolean =>
  Object.entries(labelsOf(owner)).every(([name, value]) => metadata.labels?.[name] === value);

const metadata = ({ namespace, name, cluster }: Owner, more: Partial<KubeMetadata> = {}): KubeMetadata => ({
  name,
  namespace,
  labels: labelsOf({ cluster }),
  ...more,
});

/** Pods that would have rights on their node are refused there, whoever makes them. */
export const namespaceObject = (owner: Owner): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: owner.namespace, labels: { ...labelsOf(owner), 'pod-security.kubernetes.io/enforce': 'baseline' } },
});

export const claimObject = (owner: Owner, { storageClass, size = DEFAULT_SIZE }: VolumeFacts): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(owner),
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: size } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  },
});

/** What is wanted, with its secrets. It is handed to kubectl through its input, and to nobody else. */
export const deliveryObject = (owner: Owner, text: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(owner),
  type: 'Opaque',
  data: { [VOLUME_FILES.parcel]: Buffer.from(text).toString('base64') },
});

const factsKey = (name: string): string => `${ANNOTATION}/${name}`;

/** How the pod was made, from the configuration that outlives it: a destroy that was cut off makes it again. */
export function podFactsIn(configuration: KubeObject | undefined): PodFacts | undefined {
  const { annotations = {} } = configuration?.metadata ?? {};
  const [image, policy, pullSecret] = ['image', 'pull-policy', 'pull-secret'].map((name) => annotations[factsKey(name)]);
  if (image === undefined) return undefined;
  return { image, pullPolicy: PULL_POLICIES.find((one) => one === policy) ?? 'IfNotPresent', pullSecret };
}

/** Everything but namespace, volume and delivery, in the order in which it is applied. */
export function workloadObjects(owner: Owner, facts: PodFacts): KubeObject[] {
  const { image, pullPolicy, pullSecret } = facts;
  const annotations = {
    [factsKey('image')]: image,
    [factsKey('pull-policy')]: pullPolicy,
    ...(pullSecret === undefined ? {} : { [factsKey('pull-secret')]: pullSecret }),
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(owner), automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(owner, { annotations }), data: IMAGE_ENV },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata(owner),
      // It asks others, and nobody asks it.
      spec: { podSelector: { matchLabels: selectorOf(owner) }, policyTypes: ['Ingress'] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(owner),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorOf(owner) },
        template: podTemplate(owner, facts),
      },
    },
  ];
}

/** Reads what was delivered, as a file of the volume for its owner alone, then works: whatever ended the pod before. */
const SCRIPT = [
  'umask 077',
  `if [ -s ${DELIVERY}/${VOLUME_FILES.parcel} ]; then`,
  `  cat ${DELIVERY}/${VOLUME_FILES.parcel} > ${VOLUME}/${VOLUME_FILES.parcel}.new &&`,
  `  mv ${VOLUME}/${VOLUME_FILES.parcel}.new ${VOLUME}/${VOLUME_FILES.parcel} || exit 1`,
  'fi',
  'exec "$@" 2>&1',
].join('\n');

function podTemplate(owner: Owner, { image, pullPolicy, pullSecret }: PodFacts): object {
  const { name } = owner;
  return {
    metadata: {
      labels: labelsOf(owner),
      // Variables are read when a container starts: others make another pod.
      annotations: { [factsKey('parameters')]: createHash('sha256').update(JSON.stringify(IMAGE_ENV)).digest('hex').slice(0, 12) },
    },
    spec: {
      // Its locks are told apart by the name of the computer: it stays the same.
      hostname: name.slice(0, 63),
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      // Two must never have the volume: its access mode keeps other nodes off, and this the node itself, while the one before it ends.
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: selectorOf(owner) }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
      ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
      containers: [
        {
          name: CONTAINER,
          image,
          imagePullPolicy: pullPolicy,
          command: ['sh', '-c', SCRIPT, 'sh', 'node', PROGRAM, 'bootstrap', 'run', '--volume', VOLUME],
          envFrom: [{ configMapRef: { name } }],
          resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [
            { name: 'project', mountPath: VOLUME },
            { name: 'delivery', mountPath: DELIVERY, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: 'project', persistentVolumeClaim: { claimName: name } },
        { name: 'delivery', secret: { secretName: name, optional: true, defaultMode: 0o400 } },
      ],
    },
  };
}
