import type { Fleet } from './fleet.js';
import type { RotationContext } from './rotation.js';
import type { Rolling } from './roll-agents.js';

/** Does something with the agents of the cluster that a step is about, and ends what was opened for it. */
export type WithFleet = <Result>(at: RotationContext, use: (fleet: Fleet) => Promise<Result>) => Promise<Result>;

/** @param open gives the agents of a cluster. Each target has its own. */
export function withFleetOf(open: (at: RotationContext) => Fleet | Promise<Fleet>): WithFleet {
  return async (at, use) => {
    const fleet = await open(at);
    return use(fleet).finally(() => fleet.close());
  };
}

/** As long as servers may take to elect. */
const TIMEOUT_MS = 5 * 60_000;

export function rollingOf({ clock, signal }: RotationContext, line: (text: string) => void): Rolling {
  return { clock, signal, timeoutMs: TIMEOUT_MS, line };
}

export function whereOf({ cluster: { paths }, redact }: RotationContext) {
  return { paths, redact };
}
