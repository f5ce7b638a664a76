import { waitFor, type Look } from '@nomadctl/base/wait-for';
import { consulProblem, nomadProblem } from '../../cluster/cluster-health.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

const TIMEOUT_MS = 5 * 60_000;
const PAUSE_MS = 500;

/** Consul has a leader, every vote and every host; Nomad has a leader, every vote and a keyring. */
export const waitForLeadersStep = defineStep({
  id: 'wait-for-leaders',
  title: 'Waiting for leaders',
  requires: ['hosts'],
  async isDone({ state, signal }) {
    const problem = (await consulProblem(state, signal)) ?? (await nomadProblem(state, signal));
    return problem === undefined ? { done: true, detail: 'Consul and Nomad' } : { done: false, because: problem };
  },
  async run({ cluster, state, clock, signal }, io) {
    const wait = {
      timeoutMs: TIMEOUT_MS,
      clock,
      signal,
      next: `nomadctl logs ${state.hosts[0]?.name ?? ''} --cluster ${cluster.name}`,
      pauseMs: PAUSE_MS,
    };
    let shown = '';
    const look = (problemOf: typeof consulProblem) => async (): Promise<Look<true>> => {
      const observed = await problemOf(state, signal);
      if (observed === undefined) return { value: true };
      if (observed !== shown) io.line(observed);
      shown = observed;
      return { observed };
    };
    await waitFor({ ...wait, what: 'Consul with a leader and every host' }, look(consulProblem));
    await waitFor({ ...wait, what: 'Nomad with a leader' }, look(nomadProblem));
    return { detail: 'Consul and Nomad' };
  },
});
