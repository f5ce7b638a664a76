import { describe, expect, test } from 'vitest';
import { command as down } from '../../src/commands/down.js';
import { creationsIn, lastRequest, writesTo } from '../helpers/described-hosts.js';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import type { PassingFault } from '../helpers/goes-on-after.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { thrown } from '../helpers/thrown.js';
import type { UcloudHome } from '../helpers/ucloud-home.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
/** Dozens of runs of terraform, where one is enough at a steady cloud. */
const TIMEOUT = { timeout: 600_000 };
const SIZE = { consulServers: 3, nomadServers: 3, clients: 2 };
const NODES = ['client-1', 'client-2', ...[1, 2, 3].flatMap((number) => [`consul-server-${number}`, `nomad-server-${number}`])].sort();
const ROLES = ['client', 'consul-server', 'nomad-server'];

/** Names of everything that the cloud has with the cluster's name, by kind. */
async function listed(cloud: EmulatedCloud): Promise<Readonly<Record<string, readonly string[]>>> {
  const kinds = [
    ['DescribeUHostInstance', 'UHostSet', 'Name'],
    ['DescribeEIP', 'EIPSet', 'Name'],
    ['DescribeFirewall', 'DataSet', 'Name'],
    ['DescribeIsolationGroup', 'IsolationGroupSet', 'GroupName'],
    ['DescribeVPC', 'DataSet', 'Name'],
    ['DescribeSubnet', 'DataSet', 'SubnetName'],
  ] as const;
  const lists = kinds.map(async ([action, set, name]) => {
    const all = (await cloud.ok(action, { Limit: 100 }))[set] as Record<string, string>[];
    return [action, all.flatMap((one) => (/^(nomadctl-)?prod-/.test(one[name] ?? '') ? [one[name] ?? ''] : [])).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(lists));
}

const EXACT = {
  DescribeUHostInstance: NODES.map((name) => `prod-${name}`),
  DescribeEIP: NODES.map((name) => `prod-${name}`),
  DescribeFirewall: ROLES.map((role) => `nomadctl-prod-${role}`),
  DescribeIsolationGroup: ROLES.map((role) => `nomadctl-prod-${role}-1`),
  DescribeVPC: ['nomadctl-prod-clients', 'nomadctl-prod-management'],
  DescribeSubnet: ['nomadctl-prod-clients', 'nomadctl-prod-management'],
};

function linesOf({ recorded }: UcloudHome): string[] {
  return recorded.plans.flatMap(({ events }) => events.flatMap((event) => (event.kind === 'line' ? [event.text] : [])));
}

/** One `up` under the fault; afterwards, at a steady cloud, nothing is left to be done. */
async function endsWell(fault: PassingFault, timeScale: number): Promise<{ cloud: EmulatedCloud; ctx: UcloudHome }> {
  const cloud = await emulatedCloud({ timeScale });
  const ctx = await terraformHome(cloud, tools, { settings: SIZE });
  cloud.faults.add(fault);
  await upWithoutAgents(ctx);
  expect(cloud.faults.list()[0]?.struck).toBeGreaterThan(5);
  cloud.faults.clear();
  expect(await listed(cloud)).toEqual(EXACT);
  const before = lastRequest(cloud);
  expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
  expect(writesTo(cloud, before)).toEqual([]);
  return { cloud, ctx };
}

describe.skipIf(!programs)('up on UCloud, with terraform and its provider, at an unsteady cloud', () => {
  test('a tenth of all calls is throttled: one up ends well and says so, and so does one down', TIMEOUT, async () => {
    const fault = { effect: { kind: 'ret-code', code: 153 }, probability: 0.1 } as const;
    const { cloud, ctx } = await endsWell(fault, 200);
    expect(linesOf(ctx).join('\n')).toMatch(/UCloud throttles \(code 153\): (again in [\d.]+ m?s, gives up in 15 m 0 s|\w+ again)/);
    expect(Object.values(creationsIn(cloud)).every((count) => count === 1)).toBe(true);
    cloud.faults.add(fault);
    await down.run({ args: { name: 'prod' }, flags: {} }, { ...ctx, global: { ...ctx.global, yes: true } });
    cloud.faults.clear();
    const { DescribeVPC: _vpcs, DescribeSubnet: _subnets, ...rest } = await listed(cloud);
    expect(Object.values(rest).flat()).toEqual([]);
  });

  test('all lists are three seconds old: one up ends well, with nothing made twice', TIMEOUT, async () => {
    await endsWell({ action: 'Describe*', effect: { kind: 'stale', ms: 3000 } }, 1);
  });

  test('a third of all lists is five seconds old: the same', TIMEOUT, async () => {
    await endsWell({ action: 'Describe*', effect: { kind: 'stale', ms: 5000 }, probability: 0.33 }, 1);
  });

  test('what does not pass is told at once, throttled or not', TIMEOUT, async () => {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const ctx = await terraformHome(cloud, tools, { settings: SIZE });
    cloud.faults.add({ effect: { kind: 'ret-code', code: 153 }, probability: 0.02 });
    cloud.faults.add({ effect: { kind: 'quota', resource: 'vpc', limit: 2 } });
    expect(await thrown(() => upWithoutAgents(ctx))).toMatchObject({
      message: expect.stringMatching(/^terraform could not make the network/),
    });
    expect(linesOf(ctx).filter((line) => line.includes('throttles')).length).toBeLessThan(4);
  });
});
