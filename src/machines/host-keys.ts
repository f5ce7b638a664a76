import { readFile } from 'node:fs/promises';
import type { CatalogNode } from '../clients/consul/consul-replies.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { SshPaths } from './ssh-key.js';
import type { ClusterHost } from '../cluster/cluster-host.js';

/** What a host says about itself in Consul's catalogue, from its first boot: templates/terraform/cluster/modules/user-data. */
const META = 'ssh_host_ed25519';
type KnownHost = Pick<ClusterHost, 'id' | 'name' | 'privateIp'>;

const KEY = /^ssh-ed25519 [A-Za-z0-9+/=]+$/;

/**
 * Writes the hosts' own SSH keys into the cluster's known_hosts, each under the host's id at UCloud: addresses pass from
 * host to host, ids do not. A key that is known stays, whatever the catalogue says later: a host gets its key once. Hosts
 * that are gone are forgotten. Returns the names of hosts whose key is not known yet.
 */
export async function learnHostKeys(
  paths: Pick<SshPaths, 'folder' | 'knownHosts'>,
  hosts: readonly KnownHost[],
  readCatalog: () => Promise<readonly CatalogNode[]>,
): Promise<readonly string[]> {
  const before = await readKnownHosts(paths.knownHosts);
  const missing = hosts.filter(({ id }) => !before.has(id));
  if (missing.length === 0 && before.size === hosts.length) return [];
  const nodes = missing.length === 0 ? [] : await readCatalog();
  const keyOf = ({ id, name, privateIp }: KnownHost): string | undefined => {
    // The host that had this name before may still be there, under its own address.
    const told = nodes.find((node) => node.name === name && node.address === privateIp)?.meta[META];
    return before.get(id) ?? (told !== undefined && KEY.test(told) ? told : undefined);
  };
  const lines = hosts.flatMap((host) => {
    const key = keyOf(host);
    return key === undefined ? [] : [`${host.id} ${key}\n`];
  });
  await makeFolder(paths.folder);
  await writeFileAtomic(paths.knownHosts, lines.join(''));
  return hosts.filter((host) => keyOf(host) === undefined).map(({ name }) => name);
}

/** By host id. */
async function readKnownHosts(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pairs = text.split('\n').map((line) => /^(\S+) (.+)$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? ''] as const] : [])));
}
