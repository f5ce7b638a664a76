import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { runningAgent } from '../../agents/running-agent.js';
import { introduceClients, introductionFile } from '../../security/introduction/introduce-clients.js';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';

/** Gives each client that is about to start a token by which Nomad's servers take it. */
export const introduceClientsStep = defineStep({
  id: 'introduce-clients',
  title: 'Introducing clients',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const { length } = strangers(at);
    return length === 0 ? { done: true } : { done: false, because: `${length} to start` };
  },
  async run(at) {
    const clients = new Map(strangers(at).map(({ node, files }) => [node.name, files]));
    const push = (name: string, token: Parameters<typeof writeSecretFile>[1]): Promise<void> =>
      writeSecretFile(introductionFile(clients.get(name)?.data ?? ''), token);
    await introduceClients({ cluster: await reachNodes(at.state.nodes, at), clients: [...clients.keys()], push }, at);
    return { detail: clients.size === 1 ? '1 client' : `${clients.size} clients` };
  },
});

/** One that runs has been introduced. */
function strangers(at: LocalContext<'nodes'>): Agent[] {
  return clientsOf(at).filter(({ files }) => runningAgent(files) === undefined);
}

function clientsOf({ cluster, state }: LocalContext<'nodes'>): Agent[] {
  return agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
}
