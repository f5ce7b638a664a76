import { chooseGossipKeys, installGossipKeys, removeGossipKeys, useGossipKeys } from '../../security/rotation/gossip-keys.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type WithFleet } from '../../security/rotation/rotating.js';
import { chooseStep, standingAt } from '../../security/rotation/choose-step.js';

export const chooseGossipStep = chooseStep('gossip', 'Choosing gossip keys', (at) => chooseGossipKeys(whereOf(at)));

export function installGossipStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-gossip-install',
    title: 'Giving every agent the new gossip keys',
    requires: ['rotation'],
    async isDone(at) {
      return (await standingAt(at)) === 'chosen' ? { done: false, because: 'they were chosen' } : { done: true };
    },
    async run(at, { line }) {
      await withFleet(at, (fleet) => installGossipKeys(fleet, whereOf(at), rollingOf(at, line)));
    },
  });
}

export function useGossipStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-gossip-use',
    title: 'Using the new gossip keys',
    requires: ['rotation'],
    async isDone(at) {
      return (await standingAt(at)) === 'none' ? { done: true } : { done: false, because: 'every agent has them' };
    },
    async run(at, { line }) {
      await withFleet(at, (fleet) => useGossipKeys(fleet, whereOf(at), rollingOf(at, line)));
    },
  });
}

export function removeGossipStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-gossip-remove',
    title: 'Removing the old gossip keys',
    requires: ['rotation'],
    async isDone(at) {
      return (await standingAt(at)) === 'none' ? { done: true } : { done: false, because: 'nobody uses them' };
    },
    async run(at, { line }) {
      await withFleet(at, (fleet) => removeGossipKeys(fleet, whereOf(at), rollingOf(at, line)));
    },
  });
}
