import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { stopAgent } from '../../agents/agent-process.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { runningAgent } from '../../agents/running-agent.js';
import { nomadOf } from '../../cluster/answering-server.js';
import { isNomadClient } from '../../cluster/node-roles.js';
import { introduceClients, introductionFile } from '../../security/introduction/introduce-clients.js';
import type { Secret } from '@nomadctl/base/secret/secret';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';

/** Gives each client that Nomad's servers do not know, or that is about to start, a token by which they take it. */
export const introduceClientsStep = defineStep({
  id: 'introduce-clients',
  title: 'Introducing clients',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const { length } = await strangers(at);
    return length === 0 ? { done: true } : { done: false, because: `${length} to introduce` };
  },
  async run(at) {
    const clients = new Map((await strangers(at)).map(({ node, files }) => [node.name, files]));
    const push = (name: string, token: Secret): Promise<void> => writeSecretFile(introductionFile(clients.get(name)?.data ?? ''), token);
    // An agent reads its token when it starts, and a later step starts it.
    await mapBounded(clients.values(), PROCESSES_AT_ONCE, (files) => stopAgent(files, at.clock));
    await introduceClients({ cluster: await reachNodes(at.state.nodes, at), clients: [...clients.keys()], push }, at);
    return { detail: clients.size === 1 ? '1 client' : `${clients.size} clients` };
  },
});

/** One that has lost its data runs, and is refused: a token that it had before has ended. */
async function strangers(at: LocalContext<'nodes'>): Promise<Agent[]> {
  const { cluster, state, signal } = at;
  const clients = agentsIn(state.nodes, cluster.paths.agents).filter(isNomadClient);
  if (clients.every(({ files }) => runningAgent(files) === undefined)) return clients;
  const nomad = await nomadOf(await reachNodes(state.nodes, at), { signal });
  const known = (await nomad.watchNodes({ index: 0, signal })).value.filter(({ Status }) => Status !== 'down');
  return clients.filter(({ node, files }) => runningAgent(files) === undefined || !known.some(({ Name }) => Name === node.name));
}
