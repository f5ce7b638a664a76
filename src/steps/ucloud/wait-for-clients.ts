import { clientsStanding, waitForClients } from '../../cluster/ready-clients.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A client that came before the servers had a keyring tries again after half a minute. */
const TIMEOUT_MS = 5 * 60_000;

/** Every client is ready and may take work. */
export const waitForClientsStep = defineStep({
  id: 'wait-for-clients',
  title: 'Waiting for clients',
  requires: ['hosts'],
  async isDone(at) {
    const { areReady, text } = await clientsStanding(await reachCluster(at.state.hosts, at), at.signal);
    return areReady ? { done: true, detail: text } : { done: false, because: text };
  },
  async run(at, { line }) {
    const { cluster, state, clock, signal } = at;
    const next = (node: string): Hint => nomadctl`logs ${node} --cluster ${cluster.name}`;
    return { detail: await waitForClients(await reachCluster(state.hosts, at), { timeoutMs: TIMEOUT_MS, clock, signal, line, next }) };
  },
});
