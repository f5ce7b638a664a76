import { areTokensMade, areTokensTaken, chooseTokens, deleteOldTokens, makeTokens, useTokens } from '../../security/rotation/new-tokens.js';
import { chooseStep, standingAt } from '../../security/rotation/choose-step.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type WithFleet } from '../../security/rotation/rotating.js';

export function chooseTokensStep(withFleet: WithFleet) {
  return chooseStep('tokens', 'Choosing tokens', (at) => withFleet(at, async (fleet) => chooseTokens(whereOf(at), await fleet.reach())));
}

export function makeTokensStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-tokens-make',
    title: 'Making the new tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await areTokensMade(whereOf(at))) ? { done: true } : { done: false, because: 'they were chosen' };
    },
    async run(at, { line }) {
      const { datacenter } = at.cluster.settings;
      const making = { datacenter, begunAt: at.state.rotation.begunAt, ...rollingOf(at, line) };
      await withFleet(at, (fleet) => makeTokens(fleet, whereOf(at), making));
    },
  });
}

export function useTokensStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-tokens-use',
    title: 'Having every agent use its new tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await withFleet(at, (fleet) => areTokensTaken(fleet, whereOf(at))))
        ? { done: true }
        : { done: false, because: 'agents have their old ones' };
    },
    async run(at, { line }) {
      const restarted = await withFleet(at, (fleet) => useTokens(fleet, whereOf(at), rollingOf(at, line)));
      return { detail: `${restarted} restarted` };
    },
  });
}

export function deleteOldTokensStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-tokens-delete',
    title: 'Deleting the old tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await standingAt(at)) === 'none' ? { done: true } : { done: false, because: 'no agent uses them' };
    },
    async run(at, { line }) {
      const deleted = await withFleet(at, (fleet) => deleteOldTokens(fleet, whereOf(at), rollingOf(at, line)));
      return { detail: `${deleted} deleted` };
    },
  });
}
