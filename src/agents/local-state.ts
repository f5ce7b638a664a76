import type { ExposureState } from '../exposure/exposure.js';
import type { RotationState } from '../security/rotation/rotation.js';
import type { NodeRecord } from './node-record.js';

/** Every value that one step of a cluster's plans hands to another. JSON-safe, and never a secret: it is journalled. */
export interface ClusterState extends RotationState, ExposureState {
  /** Programs that the cluster runs, as `check-tools` found or installed them. */
  readonly tools: { readonly consul: ToolPath; readonly nomad: ToolPath };
  /** Nodes of a cluster on this computer, with their addresses. */
  readonly nodes: readonly NodeRecord[];
  /** Nodes that the cluster file no longer has and that are still to be taken away. */
  readonly leaving: readonly NodeRecord[];
}

export interface ToolPath {
  readonly path: string;
  readonly version: string;
}
