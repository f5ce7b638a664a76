import type { Fleet } from './fleet.js';
import type { RotationContext } from './rotation.js';
import type { Rolling } from './roll-agents.js';

/** Gives the agents of the cluster that a step is about. Each target has its own. */
export type FleetOf = (at: RotationContext) => Fleet;

/** As long as servers may take to elect. */
const TIMEOUT_MS = 5 * 60_000;

export function rollingOf({ clock, signal }: RotationContext, line: (text: string) => void): Rolling {
  return { clock, signal, timeoutMs: TIMEOUT_MS, line };
}

export function whereOf({ cluster: { paths }, redact }: RotationContext) {
  return { paths, redact };
}
