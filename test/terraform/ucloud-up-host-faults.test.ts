import { describe, expect, test } from 'vitest';
import { creationsIn } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { goesOnAfter } from '../helpers/goes-on-after.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { thrown } from '../helpers/thrown.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };

describe.skipIf(!programs)('up on UCloud, with terraform and its provider: faults of hosts', () => {
  test.each([
    ['CreateUHostInstance', { kind: 'reset', when: 'after' }],
    ['CreateUHostInstance', { kind: 'ret-code', code: 153 }],
    ['CreateIsolationGroup', { kind: 'http-status', status: 502 }],
    ['DescribeUHostInstance', { kind: 'ret-code', code: 150 }],
  ] as const)('%s goes wrong in passing (%o): the same run goes on, and nothing is there twice', TIMEOUT, async (action, effect) => {
    await goesOnAfter(tools, { action, effect });
  });

  test.each([
    [{ kind: 'sold-out', zone: 'cn-bj2-02', machineType: 'O' }, { code: 'out-of-stock' }],
    [
      { kind: 'quota', resource: 'host', limit: 2 },
      { code: 'ucloud-quota', exitCode: 3 },
    ],
  ] as const)('%o: said with what to do; afterwards the same command goes on', TIMEOUT, async (effect, expected) => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    const { id } = cloud.faults.add({ effect });
    expect(await thrown(() => upWithoutAgents(ctx))).toMatchObject(expected);
    cloud.faults.remove(id);
    await upWithoutAgents(ctx);
    expect(Object.values(creationsIn(cloud))).toEqual([1, 1, 1]);
  });
});
