import { consulOf } from './consul-of.js';
import { nomadOf } from './nomad-of.js';
import { pass } from './pass.js';
import type { ClusterHost } from './cluster-host.js';

export interface ForgetRequest {
  readonly host: ClusterHost;
  readonly hosts: readonly ClusterHost[];
  readonly signal: AbortSignal;
}

/**
 * Tells the others that a host which is off stays away, unless it has said so itself: they would wait three days for it.
 * Whoever does not answer learns it by itself.
 */
export async function forgetHost({ host, hosts, signal }: ForgetRequest): Promise<void> {
  const consul = await consulOf(hosts, signal, [host.name]).catch(pass);
  const node = (await consul?.members(signal).catch(pass))?.find(({ name }) => name === host.name);
  if (node && node.status !== 'left') await consul?.forceLeave(host.name, signal).catch(pass);
  if (host.role === 'consul-server') return;
  const nomad = await nomadOf(hosts, signal, [host.name]).catch(pass);
  if (host.role === 'nomad-server') {
    const server = (await nomad?.servers(signal).catch(pass))?.find(({ name }) => name.startsWith(`${host.name}.`));
    if (server && server.status !== 'left') await nomad?.forceLeave(server.name, signal).catch(pass);
    return;
  }
  const clients = (await nomad?.clients({ signal }).catch(pass))?.value ?? [];
  const gone = clients.filter(({ name }) => name === host.name);
  await Promise.all(gone.map(({ id }) => nomad?.purgeClient(id, signal).catch(pass)));
}
