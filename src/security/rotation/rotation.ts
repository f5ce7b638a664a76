import type { AnyStep, Step, StepContext } from '../../engine/step.js';
import type { ClusterPaths } from '@nomadctl/base/paths';

/** What of a secured cluster can be made anew while it runs. */
export const ROTATION_KINDS = ['gossip', 'certificates', 'ca', 'tokens', 'keyring'] as const;
export type RotationKind = (typeof ROTATION_KINDS)[number];

/** A rotation: in the journal from before it changes anything, and as one that has ended when all that is old is gone. */
export interface Rotation {
  readonly kind: RotationKind;
  /** Milliseconds since the epoch. Certificates that were made before are old. */
  readonly begunAt: number;
  /** Whether what is new was chosen: when it waits no longer, and what was before is gone, the rotation is over. */
  readonly chosen: boolean;
  /** Of Nomad's root key, the one that was active before. */
  readonly before?: string;
  /** Milliseconds since the epoch; absent: it is under way, or was interrupted. */
  readonly endedAt?: number;
}

/** What plans of a rotation are about: a cluster of any target. */
export interface RotationSubject {
  readonly cluster: { readonly name: string; readonly paths: ClusterPaths; readonly settings: { readonly datacenter: string } };
}

/** What their steps hand on. */
export interface RotationState {
  /** The last one; absent where nothing was rotated yet. */
  readonly rotation: Rotation;
}

/** The rotation that was begun and has not ended. */
export function underWay({ rotation }: Partial<RotationState>): Rotation | undefined {
  return rotation && rotation.endedAt === undefined ? rotation : undefined;
}

/** Types a step by both. Plans of any target take it, whose subject and state have more. */
export function defineStep<const Required extends keyof RotationState = never>(
  step: Step<RotationSubject, RotationState, Required>,
): AnyStep<RotationSubject, RotationState> {
  return step;
}

export type RotationContext<Required extends keyof RotationState = never> = StepContext<RotationSubject, RotationState, Required>;

/** In a sentence: "the gossip keys of cluster dev". */
export const ROTATED: Readonly<Record<RotationKind, string>> = {
  gossip: 'gossip keys',
  certificates: "nodes' certificates",
  ca: 'certificate authority',
  tokens: 'management and agent tokens',
  keyring: 'Nomad root key',
};
