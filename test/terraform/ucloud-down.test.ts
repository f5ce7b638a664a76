import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { resourcesLeft, takeDown } from '../helpers/take-down.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import type { UcloudHome } from '../helpers/ucloud-home.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };
const yes = { global: { yes: true } };

/** What terraform's failure in a step left in the logs of the last run. */
function terraformTrouble(ctx: UcloudHome): string[] {
  const { logs } = ctx.paths.cluster('prod');
  const files = existsSync(logs) ? readdirSync(logs, { recursive: true }).map(String) : [];
  const texts = files.filter((file) => file.includes('destroy-')).map((file) => readFileSync(join(logs, file), 'utf8'));
  if (!texts.some((text) => text.includes('@message'))) return ['terraform was not asked'];
  return texts.flatMap((text) => text.split('\n').filter((line) => line.includes('terraform could not')));
}

describe.skipIf(!programs)('down on UCloud, of what terraform made', () => {
  test('through terraform; the cloud and the folder are empty afterwards', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, yes);
    await upWithoutAgents(ctx);
    await takeDown(ctx, {});
    expect(terraformTrouble(ctx)).toEqual([]);
    expect(cloud.requests.list({ action: 'TerminateUHostInstance' }).every(({ params }) => 'ReleaseUDisk' in params)).toBe(true);
    // A part of the plan forgets nothing, so that the logs are there.
    await takeDown(ctx, { waitNetwork: true, until: 'destroy-network' });
    expect(terraformTrouble(ctx)).toEqual([]);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
    expect(readdirSync(ctx.paths.cluster('prod').dir).sort()).toEqual(['cluster.yaml', 'secrets.json']);
  });

  test('with the folder of terraform and the journal lost', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, yes);
    await upWithoutAgents(ctx);
    const { dir, journal } = ctx.paths.cluster('prod');
    rmSync(join(dir, 'terraform'), { recursive: true });
    rmSync(journal);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
  });

  test('when terraform cannot, the tag does', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, yes);
    await upWithoutAgents(ctx);
    const [host] = (await cloud.ok('DescribeUHostInstance')).UHostSet as { UHostId: string }[];
    // Asked for by its id, as the provider does, it cannot be read.
    const effect = { kind: 'ret-code', code: 8999, message: 'internal' } as const;
    cloud.faults.add({ action: 'DescribeUHostInstance', params: { 'UHostIds.0': host?.UHostId ?? '' }, effect });
    await takeDown(ctx, { until: 'destroy-cluster' });
    expect(terraformTrouble(ctx)).toHaveLength(1);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
  });

  test('with terraform itself gone', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, yes);
    await upWithoutAgents(ctx);
    await takeDown({ ...ctx, env: { ...ctx.env, PATH: '/nowhere', NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' } });
    expect(await resourcesLeft(cloud)).toEqual(before);
  });
});
