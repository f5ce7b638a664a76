import type { AgentProgram } from '../cluster/node-roles.js';
import type { ClusterHost } from '../cluster/cluster-host.js';
import type { ExposureState } from '../exposure/exposure.js';
import type { RotationState } from '../security/rotation/rotation.js';
import type { TerraformProgram } from '../terraform/terraform-scope.js';
import type { ImageName } from './settings/image-names.js';

/** Every value that one step of a UCloud cluster's plans hands to another. JSON-safe, and never a secret: it is journalled. */
export interface UcloudState extends RotationState, ExposureState {
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
  /** Addresses of inner load balancers, by program. */
  readonly innerBalancers: InnerBalancers;
  /** What clients were told of their class. */
  readonly furnished: Furnished;
  /** The cluster is gone and its network waits to be deleted; null when nothing waits. */
  readonly networkPending: { readonly since: number } | null;
  /** What the last `down` found and did not remove. */
  readonly leftovers: readonly Leftover[];
}

/** By id of a host: what it was told of its class, in words. Absent where nothing was. */
export type Furnished = Readonly<Record<string, string>>;

export type InnerBalancers = Readonly<Partial<Record<AgentProgram, string>>>;

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

export interface UcloudHost extends ClusterHost {
  /** Of clients only. */
  readonly class?: string;
  /** UCloud's id, `uhost-…`. */
  readonly id: string;
  readonly zone: string;
  /** What it was made from; the provider does not tell, so our own terraform configuration keeps it. */
  readonly imageId: string;
}

/** Something of a cluster that a finished `down` has not removed. */
export interface Leftover {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** In CNY; absent where UCloud tells no price. */
  readonly perMonth?: number;
}
