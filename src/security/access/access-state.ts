import { stepsFor } from '../../engine/step.js';
import type { ClusterConnection } from '../../cluster/connection.js';

/** What plans of `nomadctl access` are about. */
export interface AccessSubject {
  readonly connection: ClusterConnection;
}

/** What their steps hand on. */
export interface AccessState {
  /** A few words each; empty where all was as it should be. */
  written: readonly string[];
}

export const { defineStep } = stepsFor<AccessSubject, AccessState>();

/** Adds to what was written. */
export function alsoWritten(...more: readonly string[]): (now: Readonly<Partial<AccessState>>) => Partial<AccessState> {
  return ({ written = [] }) => ({ written: [...written, ...more] });
}
