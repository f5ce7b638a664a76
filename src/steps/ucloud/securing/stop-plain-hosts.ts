import { stopPlainHosts } from '../../../machines/securing/end-plain-agents.js';
import { markSecuring, securingOf } from '../../../security/securing/securing-mark.js';
import { isSecured, markSecured } from '../../../ucloud/security/profile.js';
import { defineStep } from '../../../ucloud/ucloud-subject.js';

/**
 * Ends the agents of a plain cluster's hosts, which do not know those of a secured one. Tasks go on. From the mark on there is no way
 * back: hosts are set up as those of a secured cluster next.
 */
export const stopPlainHostsStep = defineStep({
  id: 'stop-plain-agents',
  title: 'Stopping agents that do what anybody asks',
  requires: ['hosts'],
  async isDone({ cluster }) {
    return isSecured(cluster.paths) ? { done: true } : { done: false, because: 'its agents keep nobody out' };
  },
  async run(at, { line }) {
    const { cluster, state, clock } = at;
    const { agents } = cluster.paths;
    const begun = securingOf(agents) !== undefined;
    const begin = async (): Promise<void> => {
      if (!begun) await markSecuring(agents, { begunAt: clock.now(), stage: 'open' });
    };
    await stopPlainHosts({ cluster, hosts: state.hosts, ctx: at, begun, begin, line });
    await markSecured(cluster.paths);
    return { detail: `on ${state.hosts.length} hosts; tasks go on` };
  },
});
