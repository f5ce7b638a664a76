import { existsSync } from 'node:fs';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';
import { leadersProblem, waitForLeaders } from '../../cluster/elected-leaders.js';
import { refuseEnded } from '../../agents/agent-lifecycle.js';
import { agentsIn, serverAgentsIn } from '../../agents/agents-in.js';
import { hastenElection, isPatient, settleElection } from '../../agents/election.js';
import { isBootstrapped, isFormed, markBootstrapped, markFormed } from '../../agents/formed.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { whileTokensHold } from '../../security/acl/await-known-tokens.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

// A server without its data comes in by rounds of once a minute, when the others have let go of its name. One that ends is noticed at once.
const TIMEOUT_MS = 5 * 60_000;

/** Consul and Nomad are whole but for Nomad's clients, which may come now. */
export const waitForLeadersStep = defineStep({
  id: 'wait-for-leaders',
  title: 'Waiting for leaders',
  requires: ['nodes'],
  async isDone(at) {
    if (!isFormed(at.cluster.paths.agents)) return { done: false, because: 'no leaders yet' };
    const patient = serverAgentsIn(at.state, at.cluster.paths.agents).filter(isPatient);
    if (patient.length > 0) return { done: false, because: `${patient.length} servers are more patient than they should be` };
    if (mustEndBootstrap(at)) return { done: false, because: 'the management token is still in configurations' };
    const problem = await leadersProblem(await reachNodes(at.state.nodes, at), at.signal);
    return problem === undefined ? { done: true, detail: 'Consul and Nomad' } : { done: false, because: problem };
  },
  async run(at, { line }) {
    const { cluster, state, clock, signal } = at;
    const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'consul' || mode === 'server');
    const servers = serverAgentsIn(state, cluster.paths.agents);
    const reached = await reachNodes(state.nodes, at);
    const stillHopeful = (program: AgentProgram): void => refuseEnded(agents.filter((agent) => agent.program === program));
    const whole = (until: AbortSignal): Promise<void> =>
      waitForLeaders(
        { ...reached, makesTokens: mustEndBootstrap(at) },
        {
          timeoutMs: TIMEOUT_MS,
          clock,
          signal: until,
          line,
          stillHopeful,
          hasten: (program) =>
            hastenElection({
              servers: servers.filter((server) => server.program === program),
              cluster: reached,
              clock,
              signal: until,
              stillHopeful: () => stillHopeful(program),
            }),
          next: nomadctl`logs ${agents[0]?.node.name ?? ''}`,
        },
      );
    const isSecured = cluster.settings.profile === 'secure';
    const tokens = { cluster: reached, isFirstBeingMade: mustEndBootstrap(at) };
    await (isSecured ? whileTokensHold(tokens, { clock, signal, timeoutMs: TIMEOUT_MS }, whole) : whole(signal));
    await settleElection(servers);
    await markFormed(cluster.paths.agents);
    await endBootstrap(at);
    return { detail: 'Consul and Nomad' };
  },
});

function mustEndBootstrap({ cluster: { paths, settings } }: Pick<LocalContext, 'cluster'>): boolean {
  return settings.profile === 'secure' && !isBootstrapped(paths.agents);
}

/** Takes the management token out of the configurations of Consul's servers: it exists now. None of them is restarted for it. */
async function endBootstrap({ cluster, state }: LocalContext<'nodes'>): Promise<void> {
  if (cluster.settings.profile !== 'secure') return;
  await markBootstrapped(cluster.paths.agents);
  const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ files }) => existsSync(files.bootstrap));
  await mapBounded(agents, FILES_AT_ONCE, ({ files }) => writeSecretFile(files.bootstrap, {}));
}
