import type { ClusterPaths } from '@nomadctl/base/paths';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { StepContext } from '../../engine/step.js';

/** What becomes secure. */
export interface Securable {
  readonly cluster: { readonly name: string; readonly paths: Pick<ClusterPaths, 'agents'> };
}

/** Where a plain cluster that becomes secure lives, for the steps that are the same everywhere. */
export interface SecuringPlace<Subject, State, Key extends keyof State> {
  /** The key of the state by which `connect` reaches the cluster. */
  readonly needs: Key;
  /** Reaches the cluster as it is at that moment. */
  readonly connect: (at: StepContext<Subject, State, Key>) => Promise<ClusterConnection>;
}
