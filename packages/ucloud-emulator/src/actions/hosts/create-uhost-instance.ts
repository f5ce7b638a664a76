import { defineAction } from '../action.js';
import { charge, id, machineType, name, neededId, paidUntil, password, tag, userData, zone } from '../../params/shared-params.js';
import { diskParam } from '../../model/host-disks.js';
import { createHosts } from '../../model/create-hosts.js';
import { eipParams } from '../../model/eip.js';
import { labelNew, optionalLabels } from '../../model/label.js';
import { choice, integer, list, object, required, someOf, text, withDefault } from '../../params/param.js';

const eip = object({
  ...eipParams,
  PayMode: withDefault(choice('Traffic', 'Bandwidth', 'ShareBandwidth', 'PostAccurateBandwidth', 'Free'), 'Bandwidth'),
  ShareBandwidthId: id(),
});

export const createUhostInstance = defineAction({
  name: 'CreateUHostInstance',
  summary: 'Creates hosts. They can be described at once, and run a while later.',
  params: {
    Zone: required(zone()),
    ImageId: neededId(),
    Disks: someOf(diskParam, { max: 16 }),
    LoginMode: withDefault(choice('Password', 'KeyPair', 'ImagePasswd'), 'Password'),
    Password: password(),
    KeyPairId: id(),
    CPU: withDefault(integer({ min: 1, max: 240 }), 4),
    Memory: withDefault(integer({ min: 1024, max: 1_048_576, step: 1024 }), 8192),
    MachineType: machineType(),
    NetCapability: withDefault(choice('Normal', 'Super', 'Ultra'), 'Normal'),
    MinimalCpuPlatform: withDefault(text({ max: 60 }), 'Intel/Auto'),
    ...charge,
    Name: withDefault(name(), 'UHost'),
    Tag: tag(),
    VPCId: id(),
    SubnetId: id(),
    PrivateIp: list(text({ max: 15, example: '10.9.0.10' }), { max: 100 }),
    // Security groups (SecGroup) are not here: a host that asks for one would be open to its neighbours.
    SecurityMode: withDefault(choice('Firewall'), 'Firewall'),
    SecurityGroupId: id(),
    IsolationGroup: id(),
    NetworkInterface: list(object({ EIP: eip }), { max: 1 }),
    UserData: userData(),
    MaxCount: withDefault(integer({ min: 1, max: 100 }), 1),
    Labels: optionalLabels,
  },
  handle(asked, scope) {
    const hosts = createHosts(scope, { ...asked, expires: paidUntil(scope.now, asked) });
    labelNew(
      scope,
      asked.Labels,
      hosts.map((host) => host.id),
    );
    return { UHostIds: hosts.map((host) => host.id), IPs: hosts.map(({ ip }) => ip) };
  },
});
