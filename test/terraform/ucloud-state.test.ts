import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command as attach } from '../../src/commands/state/attach.js';
import { consulPolicy } from '../../src/state/backend/state-policy.js';
import { newAgeKey } from '../../src/state/home/age-seal.js';
import { hostsIn, lastRequest, namesOf, writesTo } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { startStateConsul, type StateConsul } from '../helpers/state-consul.js';
import { resourcesLeft, takeDown } from '../helpers/take-down.js';
import { tempHome } from '../helpers/temp-home.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const hasConsul = requireTool('consul') !== undefined;

let consul: StateConsul;
beforeAll(async () => {
  if (programs && hasConsul) consul = (await startStateConsul()) as StateConsul;
}, 60_000);
afterAll(() => consul?.end());

describe.skipIf(!programs || !hasConsul)('a cluster on UCloud whose states are in a Consul', () => {
  test('the home is lost in the middle of up; another one attaches, goes on, and takes it down', { timeout: 300_000 }, async () => {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const before = await resourcesLeft(cloud);
    const [key, token] = [await newAgeKey(), await consul.tokenWith(consulPolicy('prod'))];
    const state = `{ backend: consul, address: "${consul.url}", ca: "${consul.ca}", recipients: [${key.recipient}] }`;
    const made = await terraformHome(cloud, tools, { settings: { state } });
    const env = { ...made.env, NOMADCTL_STATE_TOKEN: token };
    const first = { ...made, env };
    await upWithoutAgents(first, { until: 'apply-network' });
    expect(existsSync(join(first.paths.cluster('prod').dir, 'terraform', 'network', 'terraform.tfstate'))).toBe(false);
    rmSync(first.paths.home, { recursive: true, force: true });

    const home = await tempHome();
    // The programs' own settings lay in the home that is gone.
    const other = await createTestContext({
      ...{ home, env: { ...env, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'rc') } },
      global: { yes: true },
    });
    writeFileSync(
      join(home, 'rc'),
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(tools.plugins)}\n  }\n}\n`,
    );
    writeFileSync(join(home, 'age-key.txt'), key.file);
    const flags = { backend: 'consul', address: consul.url, ca: consul.ca };
    expect((await attach.run({ args: { cluster: 'prod' }, flags }, other))?.text).toContain('network  serial');
    const networks = async (): Promise<unknown[]> => (await cloud.ok('DescribeVPC', { Limit: 100 }))['DataSet'] as unknown[];
    const there = await networks();
    await upWithoutAgents(other);
    expect(await networks()).toEqual(there);
    expect(namesOf(await hostsIn(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    const last = lastRequest(cloud);
    expect(await upWithoutAgents(other)).toMatchObject({ stepsRun: 0 });
    expect(writesTo(cloud, last)).toEqual([]);

    const [kept] = await consul.ask<{ Value: string }[]>('GET', '/v1/kv/nomadctl/prod/cluster/');
    await consul.ask('DELETE', '/v1/kv/nomadctl/prod/cluster/');
    expect(await thrown(() => upWithoutAgents(other))).toMatchObject({ code: 'state-missing' });
    expect(writesTo(cloud, last)).toEqual([]);
    await consul.ask('PUT', '/v1/txn', [{ KV: { Verb: 'set', Key: 'nomadctl/prod/cluster/', Value: kept?.Value } }]);

    await takeDown(other, { waitNetwork: true });
    expect(await resourcesLeft(cloud)).toEqual(before);
  });
});
