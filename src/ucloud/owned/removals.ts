import type { Host } from '../../clients/ucloud/host-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { OwnedResources } from './owned-resources.js';

/** One request towards the removal of one resource: to switch it off, detach or delete it. */
export interface Removal {
  readonly id: string;
  /** `uhost-abc (prod-client-1)`. */
  readonly label: string;
  send(api: UcloudApi, signal: AbortSignal): Promise<unknown>;
}

/** One attempt without retries: the next poll shows whether the request has to be repeated. */
const asked = (signal: AbortSignal) => ({ signal, retry: false, timeoutMs: 15_000 });

const HAVE_POWER = ['Running', 'Starting', 'Rebooting'];
const HAVE_ENDED = ['Stopped', 'Install Fail', 'ResizeFail'];

/**
 * The requests that are possible now. Hosts are switched off before they are deleted, with their disks and addresses.
 * Firewalls and isolation groups are deleted when no host is left. The rest waits for the next poll.
 */
export function removalsOf(owned: OwnedResources): readonly Removal[] {
  const hosts = new Set(owned.hosts.map(({ UHostId }) => UHostId));
  const balancers = new Set(owned.balancers.map(({ ULBId }) => ULBId));
  return [
    ...owned.hosts.flatMap(hostRemoval),
    ...owned.balancers.map(({ ULBId, Name }) => ({
      id: ULBId,
      label: labelOf(ULBId, Name),
      send: (api: UcloudApi, signal: AbortSignal) => api.call('DeleteULB', { ULBId, ReleaseEip: true }, asked(signal)),
    })),
    ...owned.natGateways.map(({ NATGWId, NATGWName }) => ({
      id: NATGWId,
      label: labelOf(NATGWId, NATGWName),
      send: (api: UcloudApi, signal: AbortSignal) => api.call('DeleteNATGW', { NATGWId }, asked(signal)),
    })),
    // Listeners let go of them with their load balancer.
    ...(balancers.size > 0 ? [] : owned.certificates).map(({ SSLId, SSLName }) => ({
      id: SSLId,
      label: labelOf(SSLId, SSLName),
      send: (api: UcloudApi, signal: AbortSignal) => api.call('DeleteSSL', { SSLId }, asked(signal)),
    })),
    ...eipRemovals(owned, new Set([...hosts, ...balancers, ...owned.natGateways.map(({ NATGWId }) => NATGWId)])),
    ...diskRemovals(owned, hosts),
    ...(hosts.size > 0 || owned.natGateways.length > 0 ? [] : groupRemovals(owned)),
    ...owned.images
      .filter(({ State }) => !['Making', 'Copying'].includes(State))
      .map(({ ImageId, ImageName }) => ({
        id: ImageId,
        label: labelOf(ImageId, ImageName),
        send: (api: UcloudApi, signal: AbortSignal) => api.call('TerminateCustomImage', { ImageId }, asked(signal)),
      })),
  ];
}

function hostRemoval({ UHostId, Name, State }: Host): Removal[] {
  const host = { id: UHostId, label: labelOf(UHostId, Name) };
  if (HAVE_POWER.includes(State))
    return [{ ...host, send: (api, signal) => api.call('PoweroffUHostInstance', { UHostId }, asked(signal)) }];
  if (!HAVE_ENDED.includes(State)) return [];
  const release = { UHostId, ReleaseEIP: true, ReleaseUDisk: true };
  return [{ ...host, send: (api, signal) => api.call('TerminateUHostInstance', release, asked(signal)) }];
}

/** @param holders ids of the hosts, balancers and gateways that let go of their addresses when they are deleted */
function eipRemovals({ eips }: OwnedResources, holders: ReadonlySet<string>): Removal[] {
  return eips
    .filter(({ Resource }) => !holders.has(Resource?.ResourceID ?? ''))
    .map(({ EIPId, EIPAddr, Resource }) => {
      const { ResourceID: ResourceId = '', ResourceType = '' } = Resource ?? {};
      return {
        id: EIPId,
        label: labelOf(EIPId, EIPAddr[0]?.IP),
        send: (api: UcloudApi, signal: AbortSignal) =>
          ResourceId === ''
            ? api.call('ReleaseEIP', { EIPId }, asked(signal))
            : api.call('UnBindEIP', { EIPId, ResourceType, ResourceId }, asked(signal)),
      };
    });
}

function diskRemovals({ disks }: OwnedResources, hosts: ReadonlySet<string>): Removal[] {
  return disks
    .filter(({ UHostId = '', Status }) => !hosts.has(UHostId) && (Status === 'Available' || Status === 'InUse'))
    .map(({ UDiskId, Name, Zone, UHostId = '' }) => ({
      id: UDiskId,
      label: labelOf(UDiskId, Name),
      send: (api: UcloudApi, signal: AbortSignal) =>
        UHostId === ''
          ? api.call('DeleteUDisk', { UDiskId, Zone }, asked(signal))
          : api.call('DetachUDisk', { UDiskId, HostId: UHostId, Zone }, asked(signal)),
    }));
}

function groupRemovals({ firewalls, isolationGroups }: OwnedResources): Removal[] {
  return [
    ...firewalls.map(({ FWId, Name }) => ({
      id: FWId,
      label: labelOf(FWId, Name),
      send: (api: UcloudApi, signal: AbortSignal) => api.call('DeleteFirewall', { FWId }, asked(signal)),
    })),
    ...isolationGroups.map(({ GroupId, GroupName }) => ({
      id: GroupId,
      label: labelOf(GroupId, GroupName),
      send: (api: UcloudApi, signal: AbortSignal) => api.call('DeleteIsolationGroup', { GroupId }, asked(signal)),
    })),
  ];
}

function labelOf(id: string, name = ''): string {
  return name === '' ? id : `${id} (${name})`;
}
