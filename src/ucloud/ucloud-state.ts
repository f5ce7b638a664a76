import type { ImageName } from './image-names.js';
import type { Leftover } from './leftover.js';

export type HostRole = 'consul-server' | 'nomad-server' | 'client';

/** Every value that one step of a UCloud cluster's plans hands to another. JSON-safe, and never a secret: it is journalled. */
export interface UcloudState {
  /** Programs on this computer, as the first step found them. */
  readonly tools: { readonly terraform: TerraformProgram };
  /** Zones that new hosts go to, in turn. */
  readonly zones: readonly string[];
  /** What `build-images` built last, by name. */
  readonly images: Readonly<Partial<Record<ImageName, BuiltImage>>>;
  /** Ids of the images that new hosts are made from. */
  readonly hostImages: Readonly<Record<ImageName, string>>;
  readonly network: UcloudNetwork;
  readonly hosts: readonly UcloudHost[];
  /** The cluster is gone and its network waits to be deleted; null when nothing waits. */
  readonly networkPending: { readonly since: number } | null;
  /** What the last `down` found and did not remove. */
  readonly leftovers: readonly Leftover[];
}

export interface TerraformProgram {
  /** `terraform`, or `tofu` in its place. */
  readonly program: string;
  readonly path: string;
  readonly version: string;
}

export interface BuiltImage {
  readonly id: string;
  readonly name: string;
  /** Of everything that went into it: template, scripts, versions, base image. */
  readonly hash: string;
  /** Id of the base image. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly builtAt: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface UcloudNetwork {
  readonly managementVpcId: string;
  readonly managementSubnetId: string;
  readonly clientVpcId: string;
  readonly clientSubnetId: string;
  /** Ranges of the subnets. */
  readonly managementCidr: string;
  readonly clientCidr: string;
}

export interface UcloudHost {
  /** Also its name in Consul and Nomad: `nomad-server-1`, `client-2`, `client-batch-1`. */
  readonly name: string;
  readonly role: HostRole;
  /** Of clients only. */
  readonly class?: string;
  /** UCloud's id, `uhost-…`. */
  readonly id: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly publicIp?: string;
  /** What it was made from; the provider does not tell, so our own terraform configuration keeps it. */
  readonly imageId: string;
}
