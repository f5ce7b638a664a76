import { volumeName } from '../../ucloud/settings/volume-names.js';
import { wantedHosts } from '../../ucloud/settings/wanted-hosts.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSettings } from '../../ucloud/settings/options.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';
import type { SeenHost, SeenHosts } from './observe-hosts.js';

/** Differences between the cluster file, what `up` left, and UCloud. A cluster that is down differs from nothing. */
export function hostDrift(settings: UcloudSettings, state: Partial<UcloudState>, { hosts, problem }: SeenHosts): string[] {
  if (problem !== undefined) return [`UCloud could not be asked: ${problem}`];
  const known = state.hosts ?? [];
  if (hosts.length === 0 && known.length === 0) return [];
  const wanted = wantedHosts(settings).map(({ name }) => name);
  const there = hosts.map(({ name }) => name);
  const twice = there.filter((name, index) => there.indexOf(name) !== index);
  return [
    ...wanted.filter((name) => !there.includes(name)).map((name) => `${name} is in the cluster file and not at UCloud`),
    ...there.filter((name) => !wanted.includes(name)).map((name) => `${name} is at UCloud and not in the cluster file`),
    ...twice.map((name) => `${name} is at UCloud twice`),
    ...hosts.filter(({ state: seen }) => seen !== 'Running').map(({ name, id, state: seen }) => `${name} (${id}) is ${seen} at UCloud`),
    ...hosts.flatMap((host) => replacedSince(host, known)),
  ];
}

/** Disks that clients should have and have not, and the other way round. */
export function volumeDrift({ name, settings }: Pick<UcloudTargetCluster, 'name' | 'settings'>, { hosts, volumes }: SeenHosts): string[] {
  if (volumes === undefined) return [];
  const wanted = wantedHosts(settings).flatMap((host) => {
    const there = hosts.find((one) => one.name === host.name);
    return there
      ? host.volumes.map((volume) => ({ disk: volumeName(name, host.name, volume), of: `${volume.path} of ${host.name}`, id: there.id }))
      : [];
  });
  const standing = (disk: string, id: string): string | undefined => {
    const found = volumes.filter(({ Name }) => Name === disk);
    if (found.length === 0) return 'is not at UCloud';
    return found.some(({ UHostId }) => UHostId === id) ? undefined : 'is not in its host';
  };
  const right = wanted.map(({ disk, id }) => volumes.find(({ Name, UHostId }) => Name === disk && UHostId === id)?.UDiskId);
  return [
    ...wanted.flatMap(({ disk, of, id }) => {
      const problem = standing(disk, id);
      return problem === undefined ? [] : [`volume ${of} ${problem}`];
    }),
    ...volumes
      .filter(
        ({ Name, UDiskId }) =>
          !right.includes(UDiskId) && !wanted.some(({ disk, id }) => disk === Name && standing(disk, id) !== undefined),
      )
      .map(({ UDiskId, Name }) => `${UDiskId} (${Name}) is at UCloud and not in the cluster file`),
  ];
}

function replacedSince({ name, id, publicIp }: SeenHost, known: readonly { name: string; id: string; publicIp?: string }[]): string[] {
  const before = known.find((host) => host.name === name);
  if (before && before.id !== id) return [`${name} is ${id} at UCloud; up left ${before.id}`];
  if (before && before.publicIp !== publicIp)
    return [`${name} is at ${publicIp ?? 'no public address'}; up left it at ${before.publicIp ?? 'none'}`];
  return [];
}
