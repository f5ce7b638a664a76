import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import { runCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const state = (serial: number, names: readonly string[]): string =>
  JSON.stringify({
    ...{ version: 4, serial, lineage: 'one', outputs: {} },
    resources: names.map((name) => ({ mode: 'managed', type: 'ucloud_vpc', name, instances: [{ attributes: { id: name } }] })),
  });

const FILES: Readonly<Record<string, string>> = {
  'cluster.yaml': 'version: 1\nname: prod\ntarget: ucloud\nprojectId: org-abc123\nallowIp: [203.0.113.7/32]\n',
  'journal.json': JSON.stringify({ version: 1, cluster: 'prod', state: {}, steps: {}, runs: [] }),
  'secrets.json': JSON.stringify({ ucloudPrivateKey: 'Example-key-1' }),
  'terraform/network/terraform.tfstate': state(3, ['a']),
  'terraform/cluster/terraform.tfstate': state(7, ['a', 'b']),
};
const TIMEOUT = { timeout: 120_000 };

async function homeWith() {
  const home = await tempHome();
  const dir = join(home, 'clusters/prod');
  for (const [file, text] of Object.entries(FILES)) await writeFileAtomic(join(dir, file), text);
  const run = (words: string, strike?: string) => runCli(['state', 'backup', ...words.split(' '), '--cluster', 'prod'], { home, strike });
  const must = async (words: string) => {
    const result = await run(words);
    expect([words, result.code, result.stderr]).toEqual([words, 0, expect.any(String)]);
    return result;
  };
  // Made once: a command that makes it changes more than the next one.
  await runCli(['state', 'key'], { home });
  return { home, dir, run, must };
}

/** So many places, spread over all changes that a command makes of the outside world. */
function spread(count: string, places: number): number[] {
  const all = Number(readFileSync(count, 'utf8'));
  expect(all).toBeGreaterThan(places);
  return Array.from({ length: places }, (_, index) => Math.ceil(((index + 1) * all) / (places + 1)));
}

test('killed anywhere, a backup is whole or is none, and the next one takes away what was begun', TIMEOUT, async () => {
  const { home, dir, run, must } = await homeWith();
  const count = join(home, 'count');
  expect((await run('create', `none count ${count}`)).code).toBe(0);
  for (const operation of spread(count, 4)) {
    expect([operation, (await run('create', `SIGKILL operation ${operation}`)).code]).toEqual([operation, 137]);
    const made = (await must('list --json')).json<readonly { readonly id: string }[]>();
    for (const { id } of made) await must(`show ${id}`);
    const folders = readdirSync(join(dir, 'backups')).filter((name) => !name.startsWith('.'));
    expect(folders.sort()).toEqual(made.map(({ id }) => id).sort());
  }
  await must('create');
  expect(readdirSync(join(dir, 'backups')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('killed anywhere, the same restore ends with everything as the backup has it', TIMEOUT, async () => {
  const { home, dir, run, must } = await homeWith();
  const { id } = (await must('create --json')).json<{ readonly id: string }>();
  const lose = (): void => {
    writeFileSync(join(dir, 'terraform/network/terraform.tfstate'), '');
    writeFileSync(join(dir, 'terraform/cluster/terraform.tfstate'), '{"version": 4');
    for (const file of ['cluster.yaml', 'secrets.json']) rmSync(join(dir, file));
  };
  const count = join(home, 'count');
  lose();
  expect((await run(`restore ${id} --yes`, `none count ${count}`)).code).toBe(0);
  for (const operation of spread(count, 6)) {
    lose();
    expect([operation, (await run(`restore ${id} --yes`, `SIGKILL operation ${operation}`)).code]).toEqual([operation, 137]);
    await must(`restore ${id} --yes`);
    for (const [file, text] of Object.entries(FILES)) {
      const now = readFileSync(join(dir, file), 'utf8');
      if (file === 'secrets.json') expect([operation, JSON.parse(now)]).toEqual([operation, JSON.parse(text)]);
      else expect([operation, file, now]).toEqual([operation, file, text]);
    }
  }
});
