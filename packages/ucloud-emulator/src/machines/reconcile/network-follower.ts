import type { Network, NetworkPlan } from '../network/network-plan.js';

/** Owns what was last applied to the network, and applies a plan when it is another one. */
export interface NetworkFollower {
  follow(plan: NetworkPlan, signal: AbortSignal): Promise<void>;
  /** The network may differ from the last plan: the next call applies its plan, whatever it is. */
  forget(): void;
  /** Removes the network, once. */
  clear(): Promise<void>;
}

const CLEARED = 'cleared';

export function followNetwork(network: Network): NetworkFollower {
  let applied: string | undefined;
  return {
    async follow(plan, signal) {
      const text = JSON.stringify(plan);
      if (text === applied) return;
      applied = undefined;
      await network.apply(plan, signal);
      applied = text;
    },
    forget() {
      applied = undefined;
    },
    async clear() {
      if (applied === CLEARED) return;
      applied = undefined;
      await network.purge();
      applied = CLEARED;
    },
  };
}
