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
  test('the home is lost in the middle of up; another one attaches, goes on, and takes it down', { timeout: 900_000 }, async () => {
    console.log('STAGE 1', Date.now());
    const cloud = await emulatedCloud({ timeScale: 200 });
    console.log('STAGE 2', Date.now());
    const before = await resourcesLeft(cloud);
    console.log('STAGE 3', Date.now());
    const [key, token] = [await newAgeKey(), await consul.tokenWith(consulPolicy('prod'))];
    console.log('STAGE 4', Date.now());
    const state = `{ backend: consul, address: "${consul.url}", ca: "${consul.ca}", recipients: [${key.recipient}] }`;
    console.log('STAGE 5', Date.now());
    const made = await terraformHome(cloud, tools, { settings: { state } });
    console.log('STAGE 6', Date.now());
    const env = { ...made.env, NOMADCTL_STATE_TOKEN: token };
    console.log('STAGE 7', Date.now());
    const first = { ...made, env };
    console.log('STAGE 8', Date.now());
    await upWithoutAgents(first, { until: 'apply-network' });
    console.log('STAGE 9', Date.now());
    expect(existsSync(join(first.paths.cluster('prod').dir, 'terraform', 'network', 'terraform.tfstate'))).toBe(false);
    console.log('STAGE 10', Date.now());
    rmSync(first.paths.home, { recursive: true, force: true });

    console.log('STAGE 11', Date.now());
    const home = await tempHome();
    // The programs' own settings lay in the home that is gone.
    console.log('STAGE 12', Date.now());
    const other = await createTestContext({
      ...{ home, env: { ...env, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'rc') } },
      global: { yes: true },
    });
    console.log('STAGE 13', Date.now());
    writeFileSync(
      join(home, 'rc'),
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(tools.plugins)}\n  }\n}\n`,
    );
    console.log('STAGE 14', Date.now());
    writeFileSync(join(home, 'age-key.txt'), key.file);
    console.log('STAGE 15', Date.now());
    const flags = { backend: 'consul', address: consul.url, ca: consul.ca };
    console.log('STAGE 16', Date.now());
    expect((await attach.run({ args: { cluster: 'prod' }, flags }, other))?.text).toContain('network  serial');
    console.log('STAGE 17', Date.now());
    const networks = async (): Promise<unknown[]> => (await cloud.ok('DescribeVPC', { Limit: 100 }))['DataSet'] as unknown[];
    console.log('STAGE 18', Date.now());
    const there = await networks();
    console.log('STAGE 19', Date.now());
    await upWithoutAgents(other);
    console.log('STAGE 20', Date.now());
    expect(await networks()).toEqual(there);
    console.log('STAGE 21', Date.now());
    expect(namesOf(await hostsIn(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    console.log('STAGE 22', Date.now());
    const last = lastRequest(cloud);
    console.log('STAGE 23', Date.now());
    expect(await upWithoutAgents(other)).toMatchObject({ stepsRun: 0 });
    console.log('STAGE 24', Date.now());
    expect(writesTo(cloud, last)).toEqual([]);

    console.log('STAGE 25', Date.now());
    const [kept] = await consul.ask<{ Value: string }[]>('GET', '/v1/kv/nomadctl/prod/cluster/');
    console.log('STAGE 26', Date.now());
    await consul.ask('DELETE', '/v1/kv/nomadctl/prod/cluster/');
    console.log('STAGE 27', Date.now());
    expect(await thrown(() => upWithoutAgents(other))).toMatchObject({ code: 'state-missing' });
    console.log('STAGE 28', Date.now());
    expect(writesTo(cloud, last)).toEqual([]);
    console.log('STAGE 29', Date.now());
    await consul.ask('PUT', '/v1/txn', [{ KV: { Verb: 'set', Key: 'nomadctl/prod/cluster/', Value: kept?.Value } }]);

    console.log('STAGE 30', Date.now());
    await takeDown(other, { waitNetwork: true });
    console.log('STAGE 31', Date.now());
    expect(await resourcesLeft(cloud)).toEqual(before);
  });
});
