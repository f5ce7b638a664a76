import { expect, test } from 'vitest';
import type { Network, NetworkPlan } from '../../../../src/machines/network/network-plan.js';
import { followNetwork } from '../../../../src/machines/reconcile/network-follower.js';

const plan = (...ways: string[]): NetworkPlan => ({ vpcs: [], peerings: [], exposures: [], balancers: [], ways });
const { signal } = new AbortController();

/** A network that remembers what was done to it, and fails when told to. */
function recordedNetwork() {
  const done: string[] = [];
  const failing = { next: false };
  const network = {
    apply: ({ ways }: NetworkPlan) => {
      done.push(ways.join());
      return failing.next ? Promise.reject(new Error('no iptables')) : Promise.resolve();
    },
    purge: () => Promise.resolve(void done.push('purge')),
  } as unknown as Network;
  return { follower: followNetwork(network), done, failing };
}

test('a plan is applied once, and again after another one or when it may be stale', async () => {
  const { follower, done } = recordedNetwork();
  for (const ways of ['a', 'a', 'b', 'a']) await follower.follow(plan(ways), signal);
  expect(done).toEqual(['a', 'b', 'a']);
  follower.forget();
  await follower.follow(plan('a'), signal);
  expect(done).toEqual(['a', 'b', 'a', 'a']);
});

test('a plan that failed is applied again', async () => {
  const { follower, done, failing } = recordedNetwork();
  failing.next = true;
  await expect(follower.follow(plan('a'), signal)).rejects.toThrow('no iptables');
  failing.next = false;
  await follower.follow(plan('a'), signal);
  await follower.follow(plan('a'), signal);
  expect(done).toEqual(['a', 'a']);
});

test('it is cleared once, until there was something again', async () => {
  const { follower, done } = recordedNetwork();
  await follower.clear();
  await follower.clear();
  await follower.follow(plan('a'), signal);
  await follower.clear();
  expect(done).toEqual(['purge', 'a', 'purge']);
});
