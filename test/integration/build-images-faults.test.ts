import { describe, expect, test } from 'vitest';
import { createFaults, type FaultSpec } from '../../packages/ucloud-emulator/src/scope/faults.js';
import { imagesLab, leftovers, nothingLeft, packerBuilds } from '../helpers/images-lab.js';
import { requireTool } from '../helpers/require-tool.js';

const packer = requireTool('packer') ?? '';
const BUILD = ['build-images', '--bare', 'consul-server'];

const lost = { kind: 'reset', when: 'after' } as const;
const refused = (code: number, message: string) => ({ kind: 'ret-code', code, message }) as const;

/** What goes wrong, and whether the build can come through it. */
const faults: readonly (readonly [string, FaultSpec, 'comes through' | 'fails' | 'either'])[] = [
  ['the answer to CreateFirewall is lost', { action: 'CreateFirewall', count: 1, effect: lost }, 'fails'],
  // Packer asks again, and has two hosts; it knows of one.
  ['the answer to CreateUHostInstance is lost', { action: 'CreateUHostInstance', count: 1, effect: lost }, 'either'],
  [
    'the host can not be installed',
    { action: 'CreateUHostInstance', count: 1, effect: { kind: 'host-state', state: 'Install Fail' } },
    'fails',
  ],
  ['the quota of hosts is used up', { effect: { kind: 'quota', resource: 'host', limit: 0 } }, 'fails'],
  ['the answer to CreateCustomImage is lost', { action: 'CreateCustomImage', count: 1, effect: lost }, 'either'],
  ['the temporary host does not go at first', { action: 'TerminateUHostInstance', count: 4, effect: refused(8022, 'busy') }, 'either'],
  ['UCloud throttles who makes a host', { action: 'CreateUHostInstance', count: 2, effect: refused(153, 'slow down') }, 'comes through'],
  [
    'UCloud throttles who looks for an image',
    { action: 'DescribeImage', count: 2, skip: 3, effect: refused(153, 'slow down') },
    'comes through',
  ],
  ['its firewall is still in use', { action: 'DeleteFirewall', count: 2, effect: refused(4361, 'in use') }, 'comes through'],
  [
    'UCloud is throttled and broken now and then',
    { action: 'Describe*', count: 6, skip: 3, effect: { kind: 'http-status', status: 503 } },
    'either',
  ],
];

describe.skipIf(!packerBuilds(packer))('when', () => {
  test.each(faults)('%s, nothing is left, and the next run has the image', async (_, fault, outcome) => {
    const lab = await imagesLab({ packer });
    lab.cloud.faults.add(fault);
    const first = await lab.run(BUILD);
    if (outcome !== 'either')
      expect([first.code === 0, outcome === 'fails' ? '' : first.stderr.slice(0, first.code * 9999)]).toEqual([
        outcome === 'comes through',
        '',
      ]);
    expect([await leftovers(lab), first.stderr]).toEqual([nothingLeft, expect.any(String)]);
    lab.cloud.faults.clear();
    const again = await lab.run([...BUILD, '--json']);
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    expect([await leftovers(lab), (await lab.resources())['image']]).toEqual([nothingLeft, 1]);
  });
});

test.skipIf(!packerBuilds(packer))(
  'a tenth of all calls is throttled: three builds end well at once, with nothing made twice',
  async () => {
    // Every tenth, not by chance: of the few calls of three builds, chance alone may strike none.
    let calls = 0;
    const lab = await imagesLab({ packer, emulator: { faults: createFaults(() => (++calls % 10 === 0 ? 0 : 1)) } });
    lab.cloud.faults.add({ effect: refused(153, 'slow down'), probability: 0.1 });
    const run = await lab.run(['build-images', '--bare']);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    expect(lab.cloud.faults.list()[0]?.struck).toBeGreaterThanOrEqual(3);
    lab.cloud.faults.clear();
    expect([await leftovers(lab), (await lab.resources())['image']]).toEqual([nothingLeft, 3]);
    // What was refused was not made: each of these is answered well exactly once an image.
    const made = ['CreateFirewall', 'CreateUHostInstance', 'CreateCustomImage'].map(
      (action) => lab.cloud.requests.list({ action }).filter(({ retCode }) => retCode === 0).length,
    );
    expect(made).toEqual([3, 3, 3]);
  },
);

test.skipIf(!packerBuilds(packer))('a build over private addresses asks for no public one', async () => {
  const lab = await imagesLab({ packer });
  const { SubnetId, VPCId } = (await lab.cloud.ok('DescribeSubnet')).DataSet[0];
  const env = { NOMADCTL_PRIVATE_BUILDS: 'true', NOMADCTL_VPC_ID: VPCId, NOMADCTL_SUBNET_ID: SubnetId };
  expect(await lab.run(BUILD, { env })).toMatchObject({ code: 0 });
  const [create] = lab.cloud.requests.list({ action: 'CreateUHostInstance' });
  expect(create?.params).toMatchObject({ VPCId, SubnetId });
  expect(Object.keys(create?.params ?? {}).filter((name) => name.includes('EIP'))).toEqual([]);
  // Packer is inside that network: its firewall lets private networks in, too.
  const [firewall] = lab.cloud.requests.list({ action: 'CreateFirewall' });
  expect(Object.values(firewall?.params ?? {})).toContain('TCP|22|10.0.0.0/8|ACCEPT|HIGH|packer');
});
