import { FILES_AT_ONCE, mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Context } from '../../context.js';
import type { Disk } from '../../clients/ucloud/host-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { furnishNode } from '../../machines/furnish-node.js';
import { openHostShell } from '../../machines/host-shell.js';
import { writeFirstContactConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { untilAnswered } from '../../machines/until-answered.js';
import { volumeName } from '../settings/volume-names.js';
import { wantedHosts, type WantedHost } from '../settings/wanted-hosts.js';
import type { Furnished, UcloudHost } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import { attachVolumes, volumeDisks } from './volumes.js';

/** A client that has not got what its class says. */
export interface HostToFurnish {
  readonly host: UcloudHost;
  readonly wanted: WantedHost;
  readonly because: string;
}

interface Standing {
  readonly cluster: UcloudCluster;
  readonly hosts: readonly UcloudHost[];
  readonly furnished: Furnished;
}

/** Empty where there is nothing to tell. */
function furnitureOf({ volumes, meta }: Pick<WantedHost, 'volumes' | 'meta'>): string {
  const labels = Object.entries(meta).sort(([a], [b]) => a.localeCompare(b, 'en'));
  if (volumes.length + labels.length === 0) return '';
  return [...volumes.map(({ path }) => path), ...labels.map(([key, value]) => `meta.${key}=${value}`)].join(' ');
}

/** Whether any class has volumes, and UCloud is to be asked for disks. */
export function haveVolumes({ settings }: Pick<UcloudCluster, 'settings'>): boolean {
  return wantedHosts(settings).some(({ volumes }) => volumes.length > 0);
}

/**
 * Clients that were told something else than their class says, or whose disks are not in them.
 * @param disks of all volumes: `volumeDisks`
 * @param apart names of those that do not matter
 */
export function hostsToFurnish(
  { cluster, hosts, furnished }: Standing,
  { disks, apart = [] }: { readonly disks: readonly Disk[]; readonly apart?: readonly string[] },
): HostToFurnish[] {
  const wanted = new Map(wantedHosts(cluster.settings).map((host) => [host.name, host]));
  return hosts.flatMap((host) => {
    const one = wanted.get(host.name);
    if (!one || host.role !== 'client' || apart.includes(host.name)) return [];
    const told = furnished[host.id] ?? '';
    const missing = one.volumes.filter((volume) => {
      const name = volumeName(cluster.name, host.name, volume);
      return !disks.some(({ Name, UHostId }) => Name === name && UHostId === host.id);
    });
    if (missing.length > 0) return [{ host, wanted: one, because: `lacks ${missing.map(({ path }) => path).join(', ')}` }];
    return furnitureOf(one) === told ? [] : [{ host, wanted: one, because: `is to have ${furnitureOf(one) || 'nothing more'}` }];
  });
}

/** One connection carries all that a host needs: it waits for the first boot to end, and a large disk takes a while to be formatted. */
const SCRIPT_MS = 10 * 60_000;

/**
 * Gives clients the disks and labels of their class, over one SSH connection each, before their agents start where they are new.
 * @param apart names of hosts that nobody is to wait for
 * @throws what `attachVolumes` and `openHostShell` throw
 * @returns what all have been told now
 */
export async function furnishHosts(
  { cluster, hosts, furnished, apart = [] }: Standing & { readonly apart?: readonly string[] },
  {
    api,
    ctx,
    line,
  }: { readonly api: UcloudApi; readonly ctx: Pick<Context, 'exec' | 'clock' | 'signal'>; readonly line: (text: string) => void },
): Promise<Furnished> {
  const { clock, signal } = ctx;
  const disks = haveVolumes(cluster) ? await volumeDisks(api, cluster.name, signal) : [];
  const due = hostsToFurnish({ cluster, hosts, furnished }, { disks, apart });
  const there = new Set(hosts.map(({ id }) => id));
  const kept = Object.entries(furnished).filter(([id]) => there.has(id));
  if (due.length === 0) return Object.fromEntries(kept);
  const inside = await mapBounded(due, FILES_AT_ONCE, async ({ host, wanted }) => ({
    host,
    furniture: {
      volumes: await attachVolumes({ host, wanted, disks }, { api, cluster: cluster.name, clock, signal, line }),
      meta: wanted.meta,
    },
    told: furnitureOf(wanted),
  }));
  const config = await writeFirstContactConfig(hosts, sshPathsOf(cluster.paths, cluster.settings));
  const now = await mapBounded(inside, PROCESSES_AT_ONCE, async ({ host, furniture, told }) => {
    await untilAnswered(ctx, async () => {
      const shell = await openHostShell({ name: host.name, config, ctx, timeoutMs: SCRIPT_MS });
      return furnishNode(shell, furniture).finally(() => shell.close());
    });
    line(`${host.name} has ${told || 'nothing more'}`);
    return [host.id, told] as const;
  });
  return Object.fromEntries([...kept, ...now].filter(([, told]) => told !== ''));
}
