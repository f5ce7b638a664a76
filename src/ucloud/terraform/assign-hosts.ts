import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ImageName } from '../settings/image-names.js';
import type { HostRole } from '../../cluster/cluster-host.js';
import { hostAddresses } from './addresses.js';
import type { WantedHost } from '../settings/wanted-hosts.js';

/** A host as terraform is told of it. */
export interface AssignedHost extends WantedHost {
  readonly zone: string;
  readonly privateIp: string;
  readonly imageId: string;
}

/** A host that is there, and what it was made from. */
export interface ExistingHost {
  readonly name: string;
  readonly id: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly instanceType: string;
  /** Empty when nobody knows. */
  readonly imageId: string;
  readonly dataDisk: number;
  /** As the settings name them; absent when nobody knows, or there is none. */
  readonly bootDiskType?: string | undefined;
  readonly dataDiskType?: string | undefined;
  readonly isolationGroup: string;
}

export interface AssignRequest {
  readonly wanted: readonly WantedHost[];
  /** Names of hosts to be replaced. They get new addresses: UCloud keeps the old ones taken for a while. */
  readonly replaced?: readonly string[];
  readonly existing: readonly ExistingHost[];
  /** Addresses that an earlier run assigned to hosts it did not make, by name. */
  readonly planned: ReadonlyMap<string, string>;
  readonly images: Readonly<Record<ImageName, string>>;
  readonly zones: readonly string[];
  readonly managementCidr: string;
  readonly clientsCidr: string;
  /** Addresses not to be assigned: others hold them, or UCloud has not released them yet. */
  readonly avoid: ReadonlySet<string>;
}

/**
 * Assigns each host its zone, address and image. An existing host keeps its own, even when the settings have changed since:
 * terraform would replace it for any difference.
 * @throws OutcomeError `subnet-full`.
 */
export function assignHosts(request: AssignRequest): AssignedHost[] {
  const { wanted, existing, replaced = [] } = request;
  const kept = new Map(existing.filter(({ name }) => !replaced.includes(name)).map((host) => [host.name, host]));
  const taken = new Set([...request.avoid, ...existing.map(({ privateIp }) => privateIp)]);
  const fresh = wanted.filter(({ name }) => !kept.has(name));
  const reserved = plannedAddresses(request, fresh, taken);
  const addresses = new Map<string, string>();
  for (const { name, role } of fresh) {
    const address = reserved.get(name) ?? freeAddress(cidrOf(request, role), new Set([...taken, ...reserved.values()]));
    taken.add(address);
    addresses.set(name, address);
  }
  const before = new Map(existing.map((host) => [host.name, host.zone]));
  return wanted.map((host) => {
    const there = kept.get(host.name);
    if (there) return keep(host, there);
    // Its volumes wait for it where they are.
    const zone = (host.volumes.length > 0 ? before.get(host.name) : undefined) ?? zoneOf(host, request.zones);
    return { ...host, zone, privateIp: addresses.get(host.name) ?? '', imageId: imageOf(host, request.images) };
  });
}

/** Where a host goes that is made anew. @param zones of the cluster */
export function zoneOf(host: Pick<WantedHost, 'zones' | 'number'>, zones: readonly string[]): string {
  const own = host.zones.length > 0 ? host.zones : zones;
  return own[(host.number - 1) % own.length] ?? '';
}

/** Id of the image that a host is made from. @param images of the roles */
export function imageOf({ role, image }: Pick<WantedHost, 'role' | 'image'>, images: Readonly<Record<ImageName, string>>): string {
  return image === '' ? images[role === 'client' ? 'nomad-client' : role] : image;
}

function keep(host: WantedHost, there: ExistingHost): AssignedHost {
  const { zone, privateIp, imageId, instanceType, dataDisk } = there;
  return { ...host, zone, privateIp, imageId, instanceType, dataDisk, isolationGroup: there.isolationGroup || host.isolationGroup };
}

/** Addresses planned by an earlier run: the configuration of running agents already names them. */
function plannedAddresses(
  { planned, managementCidr, clientsCidr, replaced = [] }: AssignRequest,
  fresh: readonly WantedHost[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const usable = new Set([...hostAddresses(managementCidr), ...hostAddresses(clientsCidr)]);
  return new Map(
    fresh.flatMap(({ name }) => {
      const address = replaced.includes(name) ? undefined : planned.get(name);
      return address !== undefined && usable.has(address) && !taken.has(address) ? [[name, address] as const] : [];
    }),
  );
}

function cidrOf({ managementCidr, clientsCidr }: AssignRequest, role: HostRole): string {
  return role === 'client' ? clientsCidr : managementCidr;
}

function freeAddress(cidr: string, taken: ReadonlySet<string>): string {
  const free = hostAddresses(cidr).find((address) => !taken.has(address));
  if (free !== undefined) return free;
  throw new OutcomeError(`the subnet ${cidr} has no free address for another host`, {
    code: 'subnet-full',
    why: `${taken.size} addresses are taken, or were a moment ago`,
    next: nomadctl`config set clients <fewer>`,
  });
}
