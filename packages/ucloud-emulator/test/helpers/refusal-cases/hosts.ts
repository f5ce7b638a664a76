import { baseImage, disk, host, hostParams, image, later, stoppedHost } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { casesOf } from './refusal-case.js';

const create = (cloud: DispatchedCloud, more: Params) => cloud.call('CreateUHostInstance', { ...hostParams(cloud), ...more });
const group = (cloud: DispatchedCloud): string => cloud.ok('CreateIsolationGroup', { GroupName: 'apart' }).GroupId;
const bootDisk = (cloud: DispatchedCloud, UHostId: string): string =>
  cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0].DiskSet[0].DiskId;
const data = (Type: string, Size: number): Params => ({ 'Disks.1.IsBoot': 'false', 'Disks.1.Type': Type, 'Disks.1.Size': Size });
const base64 = (length: number): string => Buffer.alloc(length, 'x').toString('base64');

export const hostCases = casesOf([
  ['model/create-hosts.ts: Image […] is …', 8961, (c) => create(c, { ImageId: image(c) }), { says: 'is Making' }],
  [
    'model/create-hosts.ts: Params [UserData] not valid: image […] has no cloud-init',
    230,
    (c) => create(c, { ImageId: baseImage(c, 'CentOS 6.10'), UserData: base64(1) }),
  ],
  [
    'model/create-hosts.ts: Image […] can not run on this computer: …',
    8961,
    (c) => create(c, {}),
    { says: 'no recipe', options: { limits: { real: true, image: () => 'no recipe' } } },
  ],
  [
    'model/create-hosts.ts: Subnet […] (…) can not be on this computer: …',
    58002,
    (c) => create(c, {}),
    { says: 'taken', options: { limits: { real: true, subnet: () => 'taken' } } },
  ],
  ['model/host-machine.ts: Missing params [KeyPairId]', 220, (c) => create(c, { LoginMode: 'KeyPair' })],
  ['model/host-machine.ts: Missing params [Password]', 220, (c) => create(c, { Password: '' })],
  [
    'model/host-machine.ts: Missing params [KeyPairId]',
    220,
    (c) => c.call('ReinstallUHostInstance', { UHostId: stoppedHost(c), LoginMode: 'KeyPair' }),
  ],
  ['model/host-machine.ts: Missing params [Password]', 220, (c) => c.call('ResetUHostInstancePassword', { UHostId: stoppedHost(c) })],
  [
    'model/hosts/isolation-group.ts: Isolation group […] takes … hosts in …',
    8095,
    (c) => create(c, { IsolationGroup: group(c), MaxCount: 8 }),
    { says: 'takes 7 hosts' },
  ],
  ['model/image.ts: The image […] not exists', 8846, (c) => create(c, { ImageId: 'uimage-gone' })],
  [
    'model/host-disks.ts: Params [Disks] not valid: exactly one must be the boot disk',
    230,
    (c) => create(c, { 'Disks.0.IsBoot': 'false' }),
  ],
  [
    'model/host-disks.ts: Params [Disks] not valid: exactly one must be the boot disk',
    230,
    (c) => create(c, { ...data('CLOUD_SSD', 20), 'Disks.1.IsBoot': 'true' }),
  ],
  [
    'model/host-disks.ts: Params [Disks.….Type] not valid: … can not be the boot disk of machine type …',
    230,
    (c) => create(c, { 'Disks.0.Type': 'CLOUD_RSSD' }),
    { says: 'Disks.0.Type' },
  ],
  [
    'model/host-disks.ts: Params [Disks.….Type] not valid: … can not be the boot disk of machine type …',
    230,
    (c) => create(c, { 'Disks.0.IsBoot': 'false', ...data('CLOUD_ESSD', 20), 'Disks.1.IsBoot': 'true' }),
    { says: 'Disks.1.Type' },
  ],
  [
    'model/host-disks.ts: Params [Disks.….Type] not valid: … can not be the boot disk of machine type …',
    230,
    (c) => create(c, { MachineType: 'OMAX', 'Disks.0.Type': 'CLOUD_ESSD' }),
  ],
  ['model/host-disks.ts: Boot disk of … GB does not fit the image of … GB', 8316, (c) => create(c, { 'Disks.0.Size': 501 })],
  [
    'model/host-disks.ts: Boot disk of … GB does not fit the image of … GB',
    8316,
    (c) => create(c, { 'Disks.0.Type': 'LOCAL_SSD', 'Disks.0.Size': 30 }),
  ],
  [
    'model/host-disks.ts: Boot disk of … GB does not fit the image of … GB',
    8316,
    (c) => create(c, { ImageId: baseImage(c, 'Windows'), 'Disks.0.Size': 30 }),
  ],
  [
    'model/host-disks.ts: Params [Disks.….Type] not valid: … does not go with a boot disk of type …',
    230,
    (c) => create(c, data('LOCAL_SSD', 20)),
    { says: 'Disks.1.Type' },
  ],
  [
    'model/host-disks.ts: Params [Disks.….Size] not valid: is too large',
    230,
    (c) => create(c, data('CLOUD_SSD', 8001)),
    { says: 'Disks.1.Size' },
  ],
  [
    'model/host-disks.ts: Data disks can not be had on this computer: …',
    58004,
    (c) => create(c, data('CLOUD_SSD', 20)),
    { says: 'no loop devices', options: { limits: { real: true, dataDisks: () => 'no loop devices' } } },
  ],
  [
    'model/host-disks.ts: The host has no free device',
    17067,
    (c) => {
      const HostId = host(c);
      for (let count = 0; count < 25; count++) c.ok('AttachUDisk', { Zone: c.zone, UDiskId: disk(c), HostId });
      return c.call('AttachUDisk', { Zone: c.zone, UDiskId: disk(c), HostId });
    },
  ],
  [
    'model/host-states.ts: UHost […] is …, must be …',
    8010,
    (c) => c.call('ResizeUHostInstance', { UHostId: host(c), CPU: 8 }),
    { says: 'is Running, must be Stopped' },
  ],
  [
    'actions/hosts/delete-isolation-group.ts: Isolation group […] is in use by […]',
    58001,
    (c) => {
      const GroupId = group(c);
      host(c, { IsolationGroup: GroupId });
      return c.call('DeleteIsolationGroup', { GroupId });
    },
  ],
  [
    'actions/hosts/leave-isolation-group.ts: UHost […] is not in […]',
    230,
    (c) => c.call('LeaveIsolationGroup', { GroupId: group(c), UHostId: host(c) }),
  ],
  [
    'actions/hosts/reinstall-uhost-instance.ts: Params [ImageId] not valid: … can not follow …',
    230,
    (c) => c.call('ReinstallUHostInstance', { UHostId: stoppedHost(c), ImageId: baseImage(c, 'Windows') }),
    { says: 'Windows can not follow Linux' },
  ],
  [
    'actions/hosts/reinstall-uhost-instance.ts: The image can not run on this computer: …',
    8961,
    (c) => c.call('ReinstallUHostInstance', { UHostId: stoppedHost(c), ImageId: baseImage(c, 'Ubuntu 24.04') }),
    { says: 'no Ubuntu', options: { limits: { image: (osName) => (osName.startsWith('Ubuntu') ? 'no Ubuntu' : undefined) } } },
  ],
  [
    'model/host-disks.ts: The disk […] not exists on […]',
    17041,
    (c) => c.call('ResizeAttachedDisk', { UHostId: stoppedHost(c), DiskId: disk(c), DiskSpace: 30 }),
  ],
  [
    'model/host-disks.ts: Params [DiskSpace] not valid: is smaller than the disk, … GB',
    230,
    (c) => {
      const UHostId = stoppedHost(c);
      return c.call('ResizeAttachedDisk', { UHostId, DiskId: bootDisk(c, UHostId), DiskSpace: 10 });
    },
  ],
  [
    'actions/hosts/terminate-uhost-instance.ts: UHost […] is …, must be Stopped',
    8856,
    (c) => c.call('TerminateUHostInstance', { UHostId: host(c) }),
  ],
  [
    'actions/images/create-custom-image.ts: The boot disk of UHost […] is initializing',
    8010,
    (c) => {
      const [UHostId] = c.ok('CreateUHostInstance', hostParams(c)).UHostIds;
      return c.call('CreateCustomImage', { UHostId, ImageName: 'mine' });
    },
  ],
  [
    'actions/images/copy-custom-image.ts: The target of the copy is its source',
    8962,
    (c) => c.call('CopyCustomImage', { SourceImageId: image(c), TargetProjectId: c.project, TargetRegion: 'cn-bj2' }),
  ],
  [
    'actions/images/copy-custom-image.ts: Image […] is …',
    8961,
    (c) => c.call('CopyCustomImage', { SourceImageId: image(c), TargetProjectId: c.project, TargetRegion: 'cn-sh2' }),
    { says: 'is Making' },
  ],
  [
    'params/shared-params.ts: Params [UserData] not valid: must be base64 of at most 16384 bytes',
    230,
    (c) => create(c, { UserData: base64(16_385) }),
  ],
  ...(['short1', 'x'.repeat(31) + '1', 'onlyletters', 'with space 1'] as const).map(
    (password) =>
      [
        'params/shared-params.ts: Params [Password] not valid: must be base64 of 8 to 30 characters of at least two kinds',
        230,
        (c: DispatchedCloud) => create(c, { Password: Buffer.from(password).toString('base64') }),
      ] as const,
  ),
  [
    'scope/quota.ts: Quota of … is …',
    8095,
    (c) => {
      c.faults.add({ effect: { kind: 'quota', resource: 'host', limit: 1 } });
      host(c);
      later(c);
      return create(c, {});
    },
    { says: 'Quota of host is 1' },
  ],
  [
    'scope/quota.ts: Resource not enough in …',
    8320,
    (c) => {
      c.faults.add({ effect: { kind: 'sold-out', zone: c.zone } });
      return create(c, {});
    },
  ],
  [
    'actions/hosts/add-uhost-to-isolation-group.ts: UHost […] is in isolation group […]',
    58001,
    (c) => c.call('AddUHostToIsolationGroup', { GroupId: group(c), UHostId: stoppedHost(c, { IsolationGroup: group(c) }) }),
  ],
]);
