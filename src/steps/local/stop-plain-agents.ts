import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { stopAgent } from '../../agents/agent-process.js';
import { agentsIn } from '../../agents/agents-in.js';
import { withSecuredPorts } from '../../agents/node-assignment.js';
import { markProfile, profileOf } from '../../agents/profile/profile-mark.js';
import { markSecuring, securingOf } from '../../security/securing/securing-mark.js';
import { runningAgent } from '../../agents/running-agent.js';
import { isServerOf } from '../../cluster/node-roles.js';
import { STOPPING_WAVES } from '../../security/securing/stopping-waves.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/**
 * Ends the agents of a plain cluster, which do not know those of a secured one. Tasks go on. From the mark on there is no way back.
 */
export const stopPlainAgentsStep = defineStep({
  id: 'stop-plain-agents',
  title: 'Stopping agents that do what anybody asks',
  requires: ['nodes'],
  provides: ['nodes'],
  async isDone(at) {
    if (profileOf(at.cluster.paths.agents) !== 'secure') return { done: false, because: 'its agents keep nobody out' };
    const secured = withSecuredPorts(at.state.nodes);
    return secured === at.state.nodes ? { done: true } : { done: false, because: 'its agents are to have other ports' };
  },
  async run(at, { line }) {
    const { cluster, state, clock } = at;
    const { agents: folder } = cluster.paths;
    refuseLeaving(at);
    if (!securingOf(folder)) await markSecuring(folder, { begunAt: clock.now(), stage: 'open' });
    const all = agentsIn(state.nodes, folder).filter(({ files }) => runningAgent(files));
    for (const { title, has } of STOPPING_WAVES) {
      const wave = all.filter(has);
      if (wave.length > 0) line(title);
      await mapBounded(wave, PROCESSES_AT_ONCE, ({ files }) => stopAgent(files, clock));
    }
    await markProfile(folder, 'secure');
    return { state: { nodes: withSecuredPorts(state.nodes) }, detail: all.length === 0 ? 'none ran' : `${all.length} agents; tasks go on` };
  },
});

/** A node that goes says goodbye to those that it knows: as one of a plain cluster it would know nobody any more. */
function refuseLeaving({ cluster: { name }, state }: LocalContext<'nodes'>): void {
  const [first] = state.leaving ?? [];
  if (!first) return;
  const all = [...state.nodes, ...(state.leaving ?? [])];
  const servers = all.filter(({ role }) => isServerOf(role, 'nomad')).length;
  const clients = all.filter(({ role }) => role === 'client').length;
  throw new ConfigError(`cluster ${name} cannot lose ${first.name} while it becomes secure`, {
    code: 'upgrade-and-shrink',
    why: 'a node that goes says goodbye to the others, which would not know it any more; nothing was stopped',
    next: nomadctl`up ${name} --profile secure --servers ${servers} --clients ${clients}`,
  });
}
