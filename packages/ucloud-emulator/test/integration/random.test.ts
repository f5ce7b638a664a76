import { expect, test } from 'vitest';
import { actions } from '../../src/actions/index.js';
import { emulatedCloud, signedForm, type EmulatedCloud, type Params } from '../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

/** Park and Miller's generator: the same numbers on every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

test('creates, lists and deletes in random orders never leave anything that points nowhere', async () => {
  const random = seeded(7);
  const dir = await tempHome();
  const cloud = await emulatedCloud({ dataDir: dir, timeScale: 0, timings: { addressLease: 5000 } });
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const boot = {
    Zone: 'cn-bj2-02',
    ImageId,
    Password: Buffer.from('Example-12').toString('base64'),
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
  };
  const pick = async (kind: string): Promise<string> => {
    const { resources } = (await cloud.control('GET', `/resources/${kind}`)).body;
    return resources[random(Math.max(1, resources.length))]?.id ?? `${kind}-none`;
  };
  const net = (): string => `10.${random(200)}.0.0/16`;
  const steps: (() => Promise<[string, Params]>)[] = [
    async () => ['CreateVPC', { Name: 'v', 'Network.0': net() }],
    async () => ['CreateSubnet', { VPCId: await pick('vpc'), Subnet: `10.${random(200)}.${random(4)}.0`, Netmask: 24 }],
    async () => ['CreateUHostInstance', { ...boot, SubnetId: await pick('subnet'), SecurityGroupId: await pick('firewall') }],
    async () => [
      'CreateUHostInstance',
      { ...boot, 'NetworkInterface.0.EIP.Bandwidth': 1, 'NetworkInterface.0.EIP.OperatorName': 'Bgp', MaxCount: 2 },
    ],
    async () => ['CreateFirewall', { Name: 'f', 'Rule.0': 'TCP|1|0.0.0.0/0|ACCEPT|LOW' }],
    async () => ['CreateUDisk', { Zone: 'cn-bj2-02', Size: 20, Name: 'd' }],
    async () => ['AttachUDisk', { Zone: 'cn-bj2-02', UDiskId: await pick('disk'), HostId: await pick('host') }],
    async () => ['CreateULB', { InnerMode: 'Yes', SubnetId: await pick('subnet') }],
    async () => ['CreateVServer', { ULBId: await pick('ulb'), Protocol: 'TCP', FrontendPort: 1 + random(5) }],
    async () => [
      'AllocateBackend',
      {
        ULBId: await pick('ulb'),
        VServerId: await pick('listener'),
        ResourceType: 'UHost',
        ResourceId: await pick('host'),
        Port: 1 + random(5),
      },
    ],
    async () => ['AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 }],
    async () => ['BindEIP', { EIPId: await pick('eip'), ResourceType: 'uhost', ResourceId: await pick('host') }],
    async () => {
      const SubnetId = await pick('subnet');
      const { resources } = (await cloud.control('GET', '/resources/subnet')).body;
      const VPCId = resources.find(({ id }: { id: string }) => id === SubnetId)?.vpc ?? 'uvnet-none';
      return ['CreateNetworkInterface', { VPCId, SubnetId }];
    },
    async () => ['AttachNetworkInterface', { InterfaceId: await pick('networkInterface'), InstanceId: await pick('host') }],
    async () => ['DeleteNetworkInterface', { InterfaceId: await pick('networkInterface') }],
    async () => ['CreateVPCIntercom', { VPCId: await pick('vpc'), DstVPCId: await pick('vpc') }],
    async () => ['PoweroffUHostInstance', { UHostId: await pick('host') }],
    async () => ['PoweroffUHostInstance', { UHostId: await pick('host') }],
    async () => ['TerminateUHostInstance', { UHostId: await pick('host'), ReleaseEIP: random(2) === 0, ReleaseUDisk: random(2) === 0 }],
    async () => ['TerminateUHostInstance', { UHostId: await pick('host') }],
    async () => ['DeleteSubnet', { SubnetId: await pick('subnet') }],
    async () => ['DeleteVPC', { VPCId: await pick('vpc') }],
    async () => ['DeleteFirewall', { FWId: await pick('firewall') }],
    async () => ['DeleteULB', { ULBId: await pick('ulb') }],
    async () => ['DeleteVServer', { ULBId: await pick('ulb'), VServerId: await pick('listener') }],
    async () => ['ReleaseEIP', { EIPId: await pick('eip') }],
    async () => ['DeleteUDisk', { Zone: 'cn-bj2-02', UDiskId: await pick('disk') }],
  ];
  const done: Record<string, number> = {};
  for (let round = 0; round < 600; round++) {
    const [action, params] = await steps[random(steps.length)]!();
    const { RetCode } = await cloud.call(action, params);
    expect(RetCode).not.toBe(130);
    if (RetCode === 0) done[action] = (done[action] ?? 0) + 1;
    cloud.clock.advance(random(10_000));
    if (round % 100 === 99) await checkReferences(cloud);
  }
  // The test is worth something only when most things came to pass.
  expect(Object.keys(done).length).toBeGreaterThan(14);
  const before = (await cloud.control('GET', '/resources')).body;
  await cloud.close();
  const again = await emulatedCloud({ dataDir: dir });
  expect((await again.control('GET', '/resources')).body).toEqual(before);
  await checkReferences(again);
});

async function checkReferences(cloud: EmulatedCloud): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- records of many kinds, read by name
  const all = async (kind: string): Promise<any[]> => (await cloud.control('GET', `/resources/${kind}`)).body.resources;
  const ids = async (kind: string): Promise<Set<string>> => new Set((await all(kind)).map(({ id }) => id));
  const [vpcs, subnets, hosts, ulbs, listeners, firewalls] = await Promise.all(
    ['vpc', 'subnet', 'host', 'ulb', 'listener', 'firewall'].map(ids),
  );
  const pointing: [string, string, Set<string>][] = [
    ['subnet', 'vpc', vpcs!],
    ['peering', 'vpc', vpcs!],
    ['peering', 'peerVpc', vpcs!],
    ['routeTable', 'vpc', vpcs!],
    ['host', 'subnet', subnets!],
    ['host', 'vpc', vpcs!],
    ['host', 'firewall', firewalls!],
    ['networkInterface', 'subnet', subnets!],
    ['networkInterface', 'firewall', firewalls!],
    ['networkInterface', 'host', new Set([...hosts!, ''])],
    ['ulb', 'subnet', subnets!],
    ['lease', 'subnet', subnets!],
    ['listener', 'ulb', ulbs!],
    ['backend', 'listener', listeners!],
    ['backend', 'resource', hosts!],
    ['disk', 'host', new Set([...hosts!, ''])],
    ['eip', 'resource', new Set([...hosts!, ''])],
  ];
  for (const [kind, field, known] of pointing) {
    for (const record of await all(kind))
      expect(known.has(record[field]), `${kind} ${record.id} points to ${field} ${record[field]}`).toBe(true);
  }
  const addresses = [...(await all('host')), ...(await all('networkInterface'))].map(({ subnet, ip }) => `${subnet} ${ip}`);
  expect(new Set(addresses).size).toBe(addresses.length);
}

test('rubbish in signed requests and in bodies gets an answer, and is never a bug of ours', async () => {
  const random = seeded(11);
  const cloud = await emulatedCloud();
  const words = [
    '',
    '0',
    '-1',
    '1e309',
    'null',
    '{}',
    '[]',
    '\u0000',
    '集群',
    '../../etc',
    '%00',
    'true',
    '9'.repeat(30),
    'a'.repeat(3000),
    '__proto__',
    'constructor',
    '10.0.0.0/8',
    '10.9.0.1/99',
    'uhost-x',
  ];
  const names = [
    '__proto__',
    'constructor',
    'Disks.0',
    'Disks.x.Size',
    'Disks.0.Size.0',
    'UHostIds',
    'UHostIds.-1',
    'UHostIds.99999',
    'Limit',
    'Zone',
    'a.b.c.d.e.f.g',
  ];
  // Without its project every other request would be refused for that.
  const asked = actions.filter(({ name }) => name !== 'TerminateProject');
  for (let round = 0; round < 400; round++) {
    const action = asked[random(asked.length)]!;
    const params: Record<string, string> = {};
    for (const [name, param] of Object.entries(action.params)) {
      const key = param.item ? `${name}.${random(3)}` : name;
      params[key] = random(3) === 0 ? words[random(words.length)]! : (param.item ?? param).example;
    }
    if (random(3) === 0) params[names[random(names.length)]!] = words[random(words.length)]!;
    const form = signedForm(cloud, { action: action.name, params });
    const json = random(2) === 0;
    const body = json ? JSON.stringify(form) : new URLSearchParams(form).toString();
    const cut = random(5) === 0 ? body.slice(0, random(body.length)) : body;
    const response = await fetch(cloud.url, {
      method: 'POST',
      body: cut,
      headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(200);
    const { RetCode } = (await response.json()) as { RetCode: number };
    expect(RetCode).toEqual(expect.any(Number));
    expect(RetCode).not.toBe(130);
  }
});
