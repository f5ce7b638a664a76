import { wantedHosts } from '../../ucloud/settings/wanted-hosts.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSettings } from '../../ucloud/settings/options.js';
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

function replacedSince({ name, id, publicIp }: SeenHost, known: readonly { name: string; id: string; publicIp?: string }[]): string[] {
  const before = known.find((host) => host.name === name);
  if (before && before.id !== id) return [`${name} is ${id} at UCloud; up left ${before.id}`];
  if (before && before.publicIp !== publicIp)
    return [`${name} is at ${publicIp ?? 'no public address'}; up left it at ${before.publicIp ?? 'none'}`];
  return [];
}
