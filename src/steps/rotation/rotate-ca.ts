import { forgetPredecessors } from '../../security/rotation/successors.js';
import { areCertified, certifyAll } from '../../security/rotation/new-certificates.js';
import {
  announceAuthority,
  chooseAuthority,
  currentAuthority,
  enthroneAuthority,
  isAnnounced,
  isSoleAuthority,
  trustOnlyNew,
} from '../../security/rotation/new-authority.js';
import { chooseStep, standingAt } from '../../security/rotation/choose-step.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type WithFleet } from '../../security/rotation/rotating.js';

export const chooseAuthorityStep = chooseStep('ca', 'Choosing the key of a new authority', (at) => chooseAuthority(whereOf(at)));

export function announceAuthorityStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-ca-announce',
    title: 'Having the old authority vouch for the new one',
    requires: ['rotation'],
    async isDone(at) {
      return (await isAnnounced(whereOf(at))) ? { done: true } : { done: false, because: 'nobody trusts the new one yet' };
    },
    async run(at, { line }) {
      const { cluster, clock } = at;
      const announcing = { cluster: cluster.name, now: clock.now(), rolling: rollingOf(at, line) };
      await withFleet(at, (fleet) => announceAuthority(fleet, whereOf(at), announcing));
    },
  });
}

export function certifyAnewStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-ca-certify',
    title: 'Giving each node a certificate of the new authority',
    requires: ['rotation'],
    async isDone(at) {
      const standing = await standingAt(at);
      if (standing === 'chosen') return { done: false, because: 'the old authority has signed them' };
      // What comes after leaves agents that are to be started anew.
      if (standing === 'none' || (await withFleet(at, (fleet) => isSoleAuthority(fleet, whereOf(at))))) return { done: true };
      const wanted = { authority: await currentAuthority(whereOf(at)), since: 0, restarting: false };
      return (await withFleet(at, (fleet) => areCertified(fleet, wanted)))
        ? { done: true }
        : { done: false, because: 'the old authority has signed one' };
    },
    async run(at, { line }) {
      const authority = await enthroneAuthority(whereOf(at));
      const made = await withFleet(at, (fleet) => certifyAll(fleet, { authority, since: 0, restarting: false }, rollingOf(at, line)));
      return { detail: made === 1 ? '1 node' : `${made} nodes` };
    },
  });
}

export function trustOnlyNewStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-ca-trust',
    title: 'Trusting the new authority alone',
    requires: ['rotation'],
    async isDone(at) {
      return (await withFleet(at, (fleet) => isSoleAuthority(fleet, whereOf(at))))
        ? { done: true }
        : { done: false, because: 'the old one is still trusted' };
    },
    async run(at, { line }) {
      const restarted = await withFleet(at, (fleet) => trustOnlyNew(fleet, whereOf(at), rollingOf(at, line)));
      return { detail: `${restarted} restarted` };
    },
  });
}

export const forgetAuthorityStep = defineStep({
  id: 'rotate-ca-forget',
  title: "Forgetting the old authority's key",
  requires: ['rotation'],
  async isDone(at) {
    return (await standingAt(at)) === 'none' ? { done: true } : { done: false, because: 'nobody trusts it' };
  },
  async run(at) {
    await forgetPredecessors(whereOf(at));
  },
});
