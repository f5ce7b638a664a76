import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { HostShell } from '../../machines/host-shell.js';

/** A host that is to be in an overlay, and where the others reach it. */
export interface OverlayHost {
  readonly name: string;
  readonly address: string;
  readonly shell: HostShell;
}

/** A host with what its engine says of the swarm that it is in. */
export interface SwarmHost extends OverlayHost {
  readonly hostname: string;
  readonly isIn: boolean;
  readonly isManager: boolean;
}

interface Info {
  readonly Name?: string;
  readonly ServerVersion?: string;
  readonly ClusterStore?: string;
  readonly LiveRestoreEnabled?: boolean;
  readonly Swarm?: {
    readonly LocalNodeState?: string;
    readonly ControlAvailable?: boolean;
    readonly Cluster?: { readonly ID?: string } | null;
    readonly RemoteManagers?: readonly { readonly Addr: string }[] | null;
  };
}

/** Nobody means the engine of another computer by what a host has in its environment. */
export const DOCKER = 'env -u DOCKER_HOST -u DOCKER_CONTEXT docker';

/**
 * What all of them say, when an overlay may have them all.
 * @throws PrerequisiteError `no-docker`, `docker-cluster-store`, `docker-live-restore`, `hostnames-same`, `swarm-other`
 */
export async function swarmHosts(hosts: readonly OverlayHost[]): Promise<SwarmHost[]> {
  const infos = await mapBounded(hosts, PROCESSES_AT_ONCE, async (host) => ({ host, info: await infoOf(host) }));
  const found = infos.map(({ host, info }): SwarmHost => {
    refuseStore(host.name, info);
    refuseLiveRestore(host.name, info);
    const { LocalNodeState = 'inactive', ControlAvailable = false } = info.Swarm ?? {};
    return {
      ...host,
      hostname: info.Name ?? '',
      isIn: LocalNodeState !== 'inactive',
      isManager: ControlAvailable,
    };
  });
  refuseSameNames(found);
  refuseOthers(infos.map(({ host, info }) => ({ host, info })));
  return found;
}

async function infoOf({ name, shell: at }: OverlayHost): Promise<Info> {
  const said = await at.run('asking docker', `${DOCKER} info --format '{{json .}}' 2> /dev/null || echo '{}'`);
  const info = JSON.parse(said.split('\n').find((line) => line.startsWith('{')) ?? '{}') as Info;
  if (info.ServerVersion) return info;
  throw new PrerequisiteError(`there is no docker that runs on ${name}`, {
    code: 'no-docker',
    why: "an overlay is docker's; without docker, jobs of one host are together in a network of Nomad's: mode = \"bridge\", with CNI's plugins",
    next: nomadctl`exec ${name} -- systemctl status docker`,
  });
}

/** Engines of before 23 have an overlay with a store of its own, which does not go with a swarm. */
function refuseStore(name: string, { ClusterStore = '', ServerVersion = '' }: Info): void {
  if (ClusterStore === '') return;
  const consul = ClusterStore.startsWith('consul:')
    ? ["Debian's docker has etcd, zookeeper and boltdb, and no consul: it does not even start with that address"]
    : [];
  throw new PrerequisiteError(`docker on ${name} (${ServerVersion}) keeps its networks in ${ClusterStore}`, {
    code: 'docker-cluster-store',
    why: ['cluster-store and a swarm exclude each other, and engines from 23 on have no cluster-store', ...consul],
    next: hint`take cluster-store and cluster-advertise out of its daemon.json: ${nomadctl`exec ${name} -- cat /etc/docker/daemon.json`}`,
  });
}

function refuseLiveRestore(name: string, { LiveRestoreEnabled = false }: Info): void {
  if (!LiveRestoreEnabled) return;
  throw new PrerequisiteError(`docker on ${name} has live-restore, and can be in no swarm`, {
    code: 'docker-live-restore',
    why: 'docker refuses the one with the other',
    next: hint`take live-restore out of its daemon.json: ${nomadctl`exec ${name} -- cat /etc/docker/daemon.json`}`,
  });
}

/** Two of one name are one node to the gossip of overlays: names are there, and every packet is lost. */
function refuseSameNames(hosts: readonly SwarmHost[]): void {
  for (const [index, { hostname, name }] of hosts.entries()) {
    const other = hosts.slice(0, index).find((before) => before.hostname === hostname);
    if (other)
      throw new PrerequisiteError(`${other.name} and ${name} have one hostname: ${hostname}`, {
        code: 'hostnames-same',
        why: 'the gossip of an overlay knows hosts by it: the network would be there, and every packet in it lost',
        next: hint`${nomadctl`exec ${name} -- hostnamectl set-hostname ${name}`}, and start its docker anew`,
      });
  }
}

function refuseOthers(all: readonly { readonly host: OverlayHost; readonly info: Info }[]): void {
  const swarms = [...new Set(all.flatMap(({ info }) => info.Swarm?.Cluster?.ID ?? []))];
  const addresses = all.map(({ host }) => host.address);
  const stray = all.find(
    ({ info: { Swarm } }) =>
      Swarm?.LocalNodeState === 'active' && !(Swarm.RemoteManagers ?? []).some(({ Addr }) => addresses.includes(Addr.split(':')[0] ?? '')),
  );
  if (swarms.length < 2 && !stray) return;
  const who = stray?.host.name ?? all.find(({ info }) => info.Swarm?.Cluster?.ID === swarms[1])?.host.name ?? '';
  throw new PrerequisiteError(`${who} is in a swarm that the other hosts are not in`, {
    code: 'swarm-other',
    why: 'a host is in one swarm at a time, and its services would end with it',
    next: nomadctl`exec ${who} -- docker swarm leave`,
  });
}

/** The host that may change the swarm. @throws OutcomeError `no-manager` */
export function managerOf(hosts: readonly SwarmHost[]): SwarmHost {
  const manager = hosts.find(({ isManager }) => isManager);
  if (manager) return manager;
  throw new OutcomeError('none of the hosts manages a swarm', {
    code: 'no-manager',
    why: `${hosts.map(({ name }) => name).join(', ')}: there is no overlay network yet, or another host has made it`,
    next: shell`docker info`,
  });
}
