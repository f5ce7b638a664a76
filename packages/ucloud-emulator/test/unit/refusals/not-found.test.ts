import { expect, test } from 'vitest';
import { kinds, type Kind } from '../../../src/records/kinds.js';
import { first, host, listener, natGateway } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

type Ask = (cloud: DispatchedCloud, id: string) => readonly [action: string, params: Record<string, string>];

/** An id that nothing has, asked for by an action that needs it; undefined for kinds that no request names by id. */
const asks: Readonly<Record<Kind, readonly [code: number, ask: Ask] | undefined>> = {
  vpc: [54002, (_, VPCId) => ['DeleteVPC', { VPCId }]],
  subnet: [54002, (_, SubnetId) => ['DeleteSubnet', { SubnetId }]],
  firewall: [54002, (_, FWId) => ['DeleteFirewall', { FWId }]],
  isolationGroup: [8037, (_, GroupId) => ['DeleteIsolationGroup', { GroupId }]],
  host: [8039, (_, UHostId) => ['StopUHostInstance', { UHostId }]],
  disk: [17041, ({ zone }, UDiskId) => ['DeleteUDisk', { Zone: zone, UDiskId }]],
  snapshot: [54002, ({ zone }, SnapshotId) => ['DeleteUDiskSnapshot', { Zone: zone, SnapshotId }]],
  eip: [4210, (_, EIPId) => ['ReleaseEIP', { EIPId }]],
  image: [8846, (_, ImageId) => ['TerminateCustomImage', { ImageId }]],
  ulb: [4086, (_, ULBId) => ['DeleteULB', { ULBId }]],
  listener: [4143, (cloud, VServerId) => ['DeleteVServer', { ULBId: listener(cloud).ULBId, VServerId }]],
  backend: [4093, (cloud, BackendId) => ['ReleaseBackend', { ULBId: listener(cloud).ULBId, BackendId }]],
  lbRule: [4143, (_, PolicyId) => ['DeletePolicy', { PolicyId }]],
  ssl: [4143, (_, SSLId) => ['DeleteSSL', { SSLId }]],
  natGateway: [54002, (_, NATGWId) => ['DeleteNATGW', { NATGWId }]],
  natRule: [54002, (cloud, PolicyId) => ['DeleteNATGWPolicy', { NATGWId: natGateway(cloud, first(cloud, 'Subnet')), PolicyId }]],
  routeTable: [54002, (_, RouteTableId) => ['DeleteRouteTable', { RouteTableId }]],
  shareBandwidth: [4210, (_, ShareBandwidthId) => ['ReleaseShareBandwidth', { ShareBandwidthId, EIPBandwidth: '2' }]],
  keyPair: [
    8039,
    ({ zone }, KeyPairId) => [
      'CreateUHostInstance',
      {
        ...{ Zone: zone, ImageId: 'uimage-a', LoginMode: 'KeyPair', KeyPairId },
        ...{ 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': '20' },
      },
    ],
  ],
  vip: [54002, (_, VIPId) => ['ReleaseVIP', { VIPId }]],
  networkInterface: [54002, (_, InterfaceId) => ['DeleteNetworkInterface', { InterfaceId }]],
  bandwidthPackage: [4210, (_, BandwidthPackageId) => ['DeleteBandwidthPackage', { BandwidthPackageId }]],
  securityPolicy: [4143, (_, SecurityPolicyId) => ['DeleteSecurityPolicy', { SecurityPolicyId }]],
  snatRule: undefined,
  peering: undefined,
  lease: undefined,
  label: undefined,
  setting: undefined,
};
const asked = Object.entries(asks).flatMap(([kind, ask]) => (ask ? [[kind as Kind, ...ask] as const] : []));

test.each(asked)('a %s that is not there: %i', async (kind, code, ask) => {
  const cloud = await dispatchedCloud();
  const id = `${kinds[kind].prefix}-gone`;
  const [action, params] = ask(cloud, id);
  if (kind === 'keyPair') params['ImageId'] = cloud.ok('DescribeImage', { OsType: 'Linux' }).ImageSet[0].ImageId;
  expect(cloud.call(action, params)).toMatchObject({ RetCode: code, Message: `The ${kinds[kind].title} [${id}] not exists` });
});

test('what is in another project, region or zone is not there either', async () => {
  const account = { name: 'x', projects: ['org-a', 'org-b'].map((id) => ({ id, name: id })), keys: [{ publicKey: 'p', privateKey: 's' }] };
  const cloud = await dispatchedCloud({ accounts: [account] });
  const VPCId = first(cloud, 'VPC');
  const UHostId = host(cloud);
  for (const elsewhere of [{ ProjectId: 'org-b' }, { Region: 'hk' }])
    expect(cloud.call('DeleteVPC', { VPCId, ...elsewhere })).toMatchObject({ RetCode: 54002, Message: `The VPC [${VPCId}] not exists` });
  expect(cloud.call('StopUHostInstance', { UHostId, Zone: 'cn-bj2-03' })).toMatchObject({ RetCode: 8039 });
  expect(cloud.call('StopUHostInstance', { UHostId, Zone: 'cn-bj2-02' })).toMatchObject({ RetCode: 0 });
});
