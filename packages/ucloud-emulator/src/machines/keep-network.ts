import type { Network, NetworkPlan } from './network/network-plan.js';

/** Tells the network what the store wants of it, when that is something new. */
export interface NetworkFollower {
  follow(plan: NetworkPlan, signal: AbortSignal): Promise<void>;
  /** Something left, so that the next call must look again. */
  again(): void;
  /** Nothing is to be there. */
  clear(): Promise<void>;
}

export function lookAfterNetwork(network: Network): NetworkFollower {
  let applied: string | undefined;
  return {
    async follow(plan, signal) {
      const text = JSON.stringify(plan);
      if (text === applied) return;
      applied = undefined;
      await network.apply(plan, signal);
      applied = text;
    },
    again() {
      applied = undefined;
    },
    async clear() {
      if (applied === 'cleared') return;
      applied = undefined;
      await network.purge();
      applied = 'cleared';
    },
  };
}
