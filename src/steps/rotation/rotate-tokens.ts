import { areTokensMade, areTokensTaken, chooseTokens, deleteOldTokens, makeTokens, useTokens } from '../../security/rotation/new-tokens.js';
import { chooseStep, standingAt } from '../../security/rotation/choose-step.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type FleetOf } from '../../security/rotation/rotating.js';

export function chooseTokensStep(fleet: FleetOf) {
  return chooseStep('tokens', 'Choosing tokens', async (at) => chooseTokens(whereOf(at), await fleet(at).reach()));
}

export function makeTokensStep(fleet: FleetOf) {
  return defineStep({
    id: 'rotate-tokens-make',
    title: 'Making the new tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await areTokensMade(whereOf(at))) ? { done: true } : { done: false, because: 'they were chosen' };
    },
    async run(at, { line }) {
      const { datacenter } = at.cluster.settings;
      await makeTokens(fleet(at), whereOf(at), { datacenter, begunAt: at.state.rotation.begunAt, ...rollingOf(at, line) });
    },
  });
}

export function useTokensStep(fleet: FleetOf) {
  return defineStep({
    id: 'rotate-tokens-use',
    title: 'Having every agent use its new tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await areTokensTaken(fleet(at), whereOf(at))) ? { done: true } : { done: false, because: 'agents have their old ones' };
    },
    async run(at, { line }) {
      return { detail: `${await useTokens(fleet(at), whereOf(at), rollingOf(at, line))} restarted` };
    },
  });
}

export function deleteOldTokensStep(fleet: FleetOf) {
  return defineStep({
    id: 'rotate-tokens-delete',
    title: 'Deleting the old tokens',
    requires: ['rotation'],
    async isDone(at) {
      return (await standingAt(at)) === 'none' ? { done: true } : { done: false, because: 'no agent uses them' };
    },
    async run(at, { line }) {
      return { detail: `${await deleteOldTokens(fleet(at), whereOf(at), rollingOf(at, line))} deleted` };
    },
  });
}
