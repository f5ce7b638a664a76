import type { ConsulApi } from '../clients/consul/consul-api.js';
import type { Clock } from '@nomadctl/base/clock';
import type { ClusterHost } from '../cluster/cluster-host.js';

/** Consul's agents tell the catalogue about themselves at least once a minute. */
const TIMEOUT_MS = 75_000;
const PAUSE_MS = 1000;

export interface KeyWait {
  readonly host: Pick<ClusterHost, 'name' | 'privateIp'>;
  /** Reads the catalogue once more; the names of hosts whose key is still not known. */
  readonly learn: () => Promise<readonly string[]>;
  readonly consul: Pick<ConsulApi, 'members' | 'catalogNodes'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told once, when there is something to wait for. */
  readonly note: (text: string) => void;
}

/**
 * Learns a host's key, with patience for one that has just come up: it is a member of Consul some moments before the
 * catalogue has what it says about itself. One that is no living member, or has told all but a key, is not waited for.
 * @returns whether the key is known now.
 */
export async function awaitHostKey({ host, learn, consul, clock, signal, note }: KeyWait): Promise<boolean> {
  const deadline = clock.now() + TIMEOUT_MS;
  const isKnown = async (): Promise<boolean> => !(await learn()).includes(host.name);
  for (let noted = false; ; noted = true) {
    if (await isKnown()) return true;
    if (clock.now() >= deadline) return false;
    // What makes waiting pointless may have come after the look for the key, and the key with it.
    if (!(await willTell(host, consul, signal))) return isKnown();
    if (!noted) note(`Waiting for ${host.name}, which is new, to tell Consul its SSH key`);
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** The role comes from the same first boot as the key, and with it. */
async function willTell({ name, privateIp }: KeyWait['host'], consul: KeyWait['consul'], signal: AbortSignal): Promise<boolean> {
  const [members, nodes] = await Promise.all([consul.members(signal), consul.catalogNodes(signal)]);
  const isAlive = members.some((member) => member.name === name && member.address === privateIp && member.status === 'alive');
  const told = nodes.some((node) => node.name === name && node.address === privateIp && node.meta['role'] !== undefined);
  return isAlive && !told;
}
