import { clientsStanding, waitForClients } from '../../cluster/ready-clients.js';
import { joinClients } from '../../cluster/join-clients.js';
import { refuseEnded } from '../../agents/agent-lifecycle.js';
import { forgetIntroductions } from '../../agents/forget-introductions.js';
import { agentsIn } from '../../agents/agents-in.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep } from '../../agents/local-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

const TIMEOUT_MS = 90_000;

/** Every client of the file knows the servers, is ready, and may take work. */
export const waitForClientsStep = defineStep({
  id: 'wait-for-clients',
  title: 'Waiting for clients',
  requires: ['nodes'],
  async isDone(at) {
    const { areReady, text } = await clientsStanding(await reachNodes(at.state.nodes, at), at.signal);
    return areReady ? { done: true, detail: text } : { done: false, because: text };
  },
  async run(at, { line }) {
    const { cluster, state, clock, signal } = at;
    const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ program }) => program === 'nomad');
    const wait = { timeoutMs: TIMEOUT_MS, clock, signal, line, stillHopeful: () => refuseEnded(agents) };
    const reached = await reachNodes(state.nodes, at);
    const request = { ...wait, next: (node: string) => nomadctl`logs ${node}` };
    await joinClients(reached, request);
    const detail = await waitForClients(reached, request);
    await forgetIntroductions(agents);
    return { detail };
  },
});
