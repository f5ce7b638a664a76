import { leadersProblem, waitForLeaders } from '../../cluster/elected-leaders.js';
import { isSecured } from '../../ucloud/security/profile.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

const TIMEOUT_MS = 5 * 60_000;
const PAUSE_MS = 500;

/** Consul has a leader, every vote and every host; Nomad has a leader, every vote and a keyring. */
export const waitForLeadersStep = defineStep({
  id: 'wait-for-leaders',
  title: 'Waiting for leaders',
  requires: ['hosts'],
  async isDone(at) {
    const problem = await leadersProblem(await reachCluster(at.state.hosts, at), at.signal);
    return problem === undefined ? { done: true, detail: 'Consul and Nomad' } : { done: false, because: problem };
  },
  async run(at, { line }) {
    const { cluster, state, clock, signal } = at;
    const next = nomadctl`logs ${state.hosts[0]?.name ?? ''} --cluster ${cluster.name}`;
    // Of a secured one they are made beside this, by steps that say themselves when they cannot be.
    const reached = { ...(await reachCluster(state.hosts, at)), makesTokens: isSecured(cluster.paths) };
    await waitForLeaders(reached, { timeoutMs: TIMEOUT_MS, clock, signal, line, next, pauseMs: PAUSE_MS });
    return { detail: 'Consul and Nomad' };
  },
});
