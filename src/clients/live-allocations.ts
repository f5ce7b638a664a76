import type { Allocation } from './nomad-rollout-model.js';

type Status = Pick<Allocation, 'ClientStatus'>;

/** What counts as live, for filters too. `unknown` is what Nomad says of a client that it has lost sight of for a while. */
export const LIVE: readonly Allocation['ClientStatus'][] = ['pending', 'running', 'unknown'];

/** Whether something of it runs, is about to, or may run where nobody can look, whatever its job is told to do. */
export function isLive({ ClientStatus }: Status): boolean {
  return LIVE.includes(ClientStatus);
}

/**
 * Whether it is on a client that does not hear what it is told: `unknown` for a while, and `lost` after that, when Nomad has
 * given it up and counts it no longer. Its tasks may run there; the client ends them when it is back.
 */
export function isOutOfReach({ ClientStatus }: Status): boolean {
  return ClientStatus === 'unknown' || ClientStatus === 'lost';
}
