import { createConsulCluster } from '../clients/consul-cluster.js';
import type { UcloudApi } from '../clients/ucloud/ucloud-api.js';
import { isAbort, OutcomeError } from '../errors.js';
import type { Clock } from '../lib/clock.js';
import { consulUrl, hostsOf } from './agent-urls.js';
import { powerOff } from './host-power.js';
import { nomadOf } from './nomad-of.js';
import type { UcloudHost } from './ucloud-state.js';

export interface RetireRequest {
  readonly host: UcloudHost;
  /** All of the cluster, the one that goes among them. */
  readonly hosts: readonly UcloudHost[];
  readonly api: UcloudApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/**
 * Takes a host out of the cluster and switches it off, so that it may be deleted and nobody misses it: a client is drained,
 * a server gives up its vote before it goes, which keeps the quorum of the rest. May be repeated.
 * @throws OutcomeError when nobody is there to take over: nothing has been switched off then.
 */
export async function retireHost(request: RetireRequest): Promise<void> {
  const { host, api, clock, signal, line } = request;
  if (host.role === 'client') await drain(request);
  if (host.role === 'consul-server') await leaveConsul(request);
  if (host.role === 'nomad-server') await giveUpVote(request);
  line(`switching ${host.name} off`);
  await powerOff(api, { id: host.id, name: host.name, clock, signal }).catch((error: unknown) => {
    // Somebody was quicker.
    if (!(error instanceof OutcomeError) || !error.message.includes('is gone')) throw error;
  });
  await forget(request);
}

const DRAIN_SECONDS = 10 * 60;

/** Allocations move as their jobs' migrate blocks say. */
async function drain({ host, hosts, clock, signal, line }: RetireRequest): Promise<void> {
  const nomad = await nomadOf(hosts, signal);
  const find = async (index: number) => {
    const seen = await nomad.clients({ index, signal });
    return { client: seen.value.find(({ name, status }) => name === host.name && status === 'ready'), index: seen.index };
  };
  const { client } = await find(0);
  if (!client) return;
  line(`draining ${host.name}`);
  await nomad.drain({ id: client.id, deadlineSeconds: DRAIN_SECONDS, signal });
  const deadline = clock.now() + (DRAIN_SECONDS + 60) * 1000;
  for (let index = 0; clock.now() < deadline;) {
    const seen = await find(index);
    if (!seen.client?.draining) return;
    index = Math.max(1, seen.index);
  }
  throw new OutcomeError(`${host.name} could not be drained`, {
    code: 'drain-timeout',
    why: `its allocations are still there after ${DRAIN_SECONDS / 60} min`,
    next: `nomad node status -self on ${host.name} tells what holds it`,
  });
}

const LEAVE_MS = 60_000;
const LOOK_MS = 500;

/** A server that answers leaves by itself; one that does not is taken out by the others, in `forget`. */
async function leaveConsul({ host, hosts, clock, signal, line }: RetireRequest): Promise<void> {
  const other = hostsOf({ hosts }, 'consul-server').find(({ name }) => name !== host.name);
  if (!other) return;
  const consul = createConsulCluster({ url: consulUrl(other) });
  const votes = async (): Promise<boolean> => (await consul.raftVoters(signal)).includes(host.name);
  if (!(await votes())) return;
  line(`${host.name} leaves Consul`);
  await createConsulCluster({ url: consulUrl(host) })
    .leave(signal)
    .catch(pass);
  const deadline = clock.now() + LEAVE_MS;
  while (clock.now() < deadline && (await votes().catch(passAs(true)))) await clock.sleep(LOOK_MS, signal);
}

/** A leader that takes itself out hands over first. */
async function giveUpVote({ host, hosts, clock, signal, line }: RetireRequest): Promise<void> {
  const others = hostsOf({ hosts }, 'nomad-server').filter(({ name }) => name !== host.name);
  if (others.length === 0) return;
  line(`${host.name} gives up its vote in Nomad`);
  const deadline = clock.now() + LEAVE_MS;
  for (;;) {
    const nomad = await nomadOf(hosts, signal, [host.name]);
    const peers = await nomad.raftPeers(signal).catch(passAs([]));
    const peer = peers.find(({ node }) => node.startsWith(`${host.name}.`));
    if (peers.length > 0 && !peer) return;
    if (peer) await nomad.removeRaftPeer(peer.id, signal).catch(pass);
    if (clock.now() > deadline) {
      throw new OutcomeError(`${host.name} keeps its vote in Nomad`, {
        code: 'quorum',
        why: 'the other servers did not agree',
        next: 'nomadctl status',
      });
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

/** What is off is failed for the others; they need not wait three days for it. */
async function forget({ host, hosts, signal }: RetireRequest): Promise<void> {
  const consul = hostsOf({ hosts }, 'consul-server').find(({ name }) => name !== host.name);
  if (consul)
    await createConsulCluster({ url: consulUrl(consul) })
      .forceLeave(host.name, signal)
      .catch(pass);
  if (host.role === 'consul-server') return;
  const nomad = await nomadOf(hosts, signal, [host.name]).catch(passAs(undefined));
  if (!nomad) return;
  if (host.role === 'nomad-server') {
    const member = (await nomad.servers(signal).catch(passAs([]))).find(({ name }) => name.startsWith(`${host.name}.`));
    if (member) await nomad.forceLeave(member.name, signal).catch(pass);
    return;
  }
  const gone = (await nomad.clients({ signal })).value.filter(({ name }) => name === host.name);
  await Promise.all(gone.map(({ id }) => nomad.purgeClient(id, signal).catch(pass)));
}

function pass(error: unknown): void {
  if (isAbort(error)) throw error;
}

const passAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isAbort(error)) throw error;
    return value;
  };
