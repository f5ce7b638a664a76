import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCluster } from '../../src/config/load-cluster.js';
import { targets } from '../../src/targets/index.js';
import { systemClock } from '../../packages/base/src/clock.js';
import { command as up } from '../../src/commands/up.js';
import { hostsIn, lastRequest, writesTo } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { hintLine } from '../helpers/hint-line.js';
import { parseCommand } from '../helpers/parse-command.js';
import { createTestContext } from '../helpers/test-context.js';
import { terraformEnv, terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { thrown } from '../helpers/thrown.js';
import type { Context } from '../../src/context.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const TIMEOUT = { timeout: 180_000 };

interface Found {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly found: string;
    readonly fix?: { readonly command: string };
  }[];
}

/** Runs a command line of ours that was printed. `up` ends with the hosts: no agents run on them here. */
async function run(ctx: Context, line: string) {
  const words = line.split('   ')[0]?.split(' ').slice(1) ?? [];
  const parsed = await parseCommand(words, ctx);
  if (!parsed) throw new Error(`nomadctl does not understand: ${line}`);
  return parsed.command === up ? void (await upWithoutAgents(ctx)) : parsed.command.run(parsed, ctx);
}

async function doctor(ctx: Context): Promise<Found> {
  const result = await run(ctx, 'nomadctl state doctor prod');
  const found = result?.data as Found;
  expect(result?.exitCode).toBe(found.ok ? 0 : 3);
  return found;
}

/** What terraform by hand says of a root: 0 where nothing is to be done. */
function planIn(cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve) => {
    const words = ['plan', '-detailed-exitcode', '-input=false', '-lock=false'];
    execFile(tools.terraform, words, { cwd, env }, (error) => resolve(error ? Number(error.code) : 0));
  });
}

/** How many steps an `up` would run, terraform's plans of both roots among them. */
async function changes(ctx: Context): Promise<number> {
  const planned = await up.run({ args: { name: 'prod' }, flags: { plan: true, until: 'apply-cluster' } }, ctx);
  return (planned?.data as { changes: number }).changes;
}

describe.skipIf(!programs)('states of a cluster on UCloud', () => {
  test(
    'each way of damage is told with the command that mends it, nothing is planned before, and nothing is to be done afterwards',
    TIMEOUT,
    async () => {
      const cloud = await emulatedCloud({ timeScale: 200 });
      const ctx = await terraformHome(cloud, tools, { global: { yes: true } });
      await upWithoutAgents(ctx);
      expect((await doctor(ctx)).ok).toBe(true);
      const made = (await hostsIn(cloud)).map(({ UHostId }) => UHostId);
      const { dir } = ctx.paths.cluster('prod');
      const file = join(dir, 'terraform/cluster/terraform.tfstate');
      const network = join(dir, 'terraform/network/terraform.tfstate');
      const before = lastRequest(cloud);
      const written = (change: (text: string) => string, path = file): void => writeFileSync(path, change(readFileSync(path, 'utf8')));
      const json = (change: (state: { serial: number; lineage: string; resources: { type: string }[] }) => object) => (text: string) =>
        JSON.stringify(change(JSON.parse(text)));
      const damages: [string, () => void, RegExp][] = [
        [
          'deleted',
          () => rmSync(file),
          /^the state of the cluster is not there and held 15 resources: terraform would make everything a second time$/,
        ],
        ['emptied', () => written(() => ''), /^the state of the cluster is empty/],
        ['torn', () => written((text) => text.slice(0, 3000)), /^the state of the cluster is damaged: it is no whole JSON$/],
        ['no state', () => written(() => '[]'), /^the state of the cluster is damaged: it is JSON, and no state of terraform$/],
        [
          'an old one',
          () => written(json((state) => ({ ...state, serial: 3, resources: state.resources.slice(0, 2) }))),
          /has serial 3, and a copy of it has \d+/,
        ],
        [
          'another lineage',
          () => written(json((state) => ({ ...state, lineage: 'd6ff2a2c-0000-4000-8000-000000000000' }))),
          /has lineage d6ff2a2c-.*it was made elsewhere$/,
        ],
        [
          'of another cluster',
          () => written((text) => text.replaceAll('nomadctl-prod', 'nomadctl-dev')),
          /^the state of the cluster holds resources of cluster dev$/,
        ],
        ['the network deleted', () => rmSync(network), /^the state of the network is not there/],
      ];
      for (const [how, damage, says] of damages) {
        damage();
        const { ok, findings } = await doctor(ctx);
        const faulty = findings.filter((finding) => !finding.ok);
        expect([how, ok, faulty.map(({ found }) => found)]).toEqual([how, false, [expect.stringMatching(says)]]);
        const command = faulty[0]?.fix?.command ?? '';
        const refused = await thrown(() => changes(ctx));
        expect([refused.code, refused.message, hintLine(refused.next)]).toEqual([
          ...['terraform-state-wrong', faulty[0]?.found],
          expect.stringContaining(command),
        ]);
        await run(ctx, command);
        expect([how, (await doctor(ctx)).ok, await changes(ctx)]).toEqual([how, true, 0]);
      }
      expect(writesTo(cloud, before)).toEqual([]);

      // Something that is there and no state holds; something that a state holds and is not there.
      written(
        json((state) => ({
          ...state,
          serial: state.serial + 1,
          resources: state.resources.filter(({ type }) => type !== 'ucloud_isolation_group'),
        })),
      );
      const unheld = (await doctor(ctx)).findings.find(({ id }) => id === 'drift-unheld');
      expect(unheld?.found).toMatch(/nomadctl-prod-client-1\).* are there, and in no state$/);
      await run(ctx, unheld?.fix?.command ?? '');
      expect([(await doctor(ctx)).ok, await changes(ctx)]).toEqual([true, 0]);
      const { EIPSet } = await cloud.ok('DescribeEIP', { Limit: 100 });
      await cloud.ok('UnBindEIP', { EIPId: EIPSet[0].EIPId, ResourceType: 'uhost', ResourceId: EIPSet[0].Resource.ResourceID });
      await cloud.ok('ReleaseEIP', { EIPId: EIPSet[0].EIPId });
      const gone = (await doctor(ctx)).findings.find(({ id }) => id === 'drift-gone');
      expect(gone?.found).toContain(`(${EIPSet[0].EIPId}) is in a state, and not there`);
      await run(ctx, gone?.fix?.command ?? '');
      expect([(await doctor(ctx)).ok, await changes(ctx)]).toEqual([true, 0]);
      expect((await hostsIn(cloud)).map(({ UHostId }) => UHostId)).toEqual(made);

      // Another computer, that has nothing but the keys.
      const { publicKey, privateKey, projectId, region } = cloud.credentials;
      const env = { ...(await terraformEnv(tools)), UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey };
      const empty = await createTestContext({ env, overrides: { clock: systemClock } });
      const place = `--project-id ${projectId} --region ${region} --base-url ${cloud.url}`;
      const misspelt = await thrown(() => run(empty, `nomadctl state recover prd ${place}`));
      expect([misspelt.code, misspelt.message]).toEqual([
        'cluster-not-found',
        'nothing at UCloud has the tag of cluster prd (did you mean "prod"?)',
      ]);
      const last = lastRequest(cloud);
      const recovered = await run(empty, `nomadctl state recover prod ${place}`);
      expect(recovered?.data).toMatchObject({
        hosts: ['consul-server-1', 'nomad-server-1', 'client-1'],
        lost: ['the key that opens its hosts', "its authority's key, its gossip keys and its tokens"],
      });
      expect(writesTo(cloud, last)).toEqual([]);
      for (const root of ['network', 'cluster'])
        expect([root, await planIn(join(empty.paths.cluster('prod').dir, 'terraform', root), env)]).toEqual([root, 0]);
      const [mine, theirs] = await Promise.all(
        [ctx, empty].map(async (home) => (await loadCluster(home, { name: 'prod', targets })).cluster.settings),
      );
      expect({ ...theirs, zones: [] }).toEqual({ ...mine, zones: [] });
      expect((await doctor(empty)).ok).toBe(true);
    },
  );
});
