import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { stopAgent } from '../../agents/agent-process.js';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { withSecuredPorts } from '../../agents/node-assignment.js';
import { markProfile, profileOf } from '../../agents/profile/profile-mark.js';
import { markSecuring, securingOf } from '../../agents/profile/securing-mark.js';
import { runningAgent } from '../../agents/running-agent.js';
import { isNomadClient, isServerOf } from '../../cluster/node-roles.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/**
 * Ends the agents of a plain cluster, which do not know those of a secured one: a gossip pool has a key or has none. Tasks go on.
 * From the mark on there is no way back; Consul ends last, for the mesh asks it at every new connection.
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
    for (const wave of WAVES.map((isOf) => all.filter(isOf))) {
      const [first] = wave;
      if (first) line(`${first.program === 'consul' ? 'Consul' : `Nomad's ${first.mode}s`}`);
      await mapBounded(wave, PROCESSES_AT_ONCE, ({ files }) => stopAgent(files, clock));
    }
    await markProfile(folder, 'secure');
    return { state: { nodes: withSecuredPorts(state.nodes) }, detail: all.length === 0 ? 'none ran' : `${all.length} agents; tasks go on` };
  },
});

/**
 * Nomad's servers before its clients: those that miss a client give its tasks up after ten seconds, and a run that is killed in
 * between may come back later than that.
 */
const WAVES: readonly ((agent: Agent) => boolean)[] = [
  ({ program, mode }) => program === 'nomad' && mode === 'server',
  isNomadClient,
  ({ program }) => program === 'consul',
];

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
