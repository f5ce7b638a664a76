import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { findGarbage, removeGarbage } from '../../../src/programs/tools-garbage.js';
import { withInstallLock } from '../../../src/programs/install-lock.js';
import { installedPath, openStaging, partialFile } from '../../../src/programs/tool-folder.js';
import { pinned } from '../../helpers/pinned.js';
import { versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

async function installed(ctx: Context, version: string): Promise<string> {
  return dirname(await writeProgram(installedPath(ctx, 'consul', version), versionScript('consul', version)));
}

async function put(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

test('an empty or absent tools folder has nothing to remove', async () => {
  const { ctx } = await createToolWorld();
  expect(await findGarbage(ctx)).toEqual([]);
});

test('old versions and unfinished work are found with their size, and removed; the pinned version stays', async () => {
  const { ctx } = await createToolWorld();
  const kept = await installed(ctx, pinned.consul);
  const old = await installed(ctx, '1.20.0');
  const partial = await put(partialFile(ctx, `nomad_${pinned.nomad}_linux_amd64.zip`), 'x'.repeat(1000));
  const staging = await openStaging(ctx, 'packer');
  await put(join(staging, 'scratch', 'part'), 'x'.repeat(500));
  const garbage = await findGarbage(ctx);
  expect(garbage).toEqual(
    expect.arrayContaining([
      { path: old, bytes: versionScript('consul', '1.20.0').length, why: 'consul that no cluster uses' },
      { path: partial, bytes: 1000, why: 'unfinished nomad' },
      { path: staging, bytes: 500, why: 'unfinished packer' },
    ]),
  );
  expect(garbage).toHaveLength(3);
  await removeGarbage(garbage);
  expect(await findGarbage(ctx)).toEqual([]);
  await expect(access(kept)).resolves.toBeUndefined();
});

test('what a cluster runs, or asks for, stays', async () => {
  const { ctx } = await createToolWorld();
  await installed(ctx, '1.20.0');
  await installed(ctx, '1.21.0');
  await put(
    ctx.paths.cluster('one').journal,
    JSON.stringify({ state: { tools: { consul: { path: installedPath(ctx, 'consul', '1.20.0') } } } }),
  );
  await put(ctx.paths.cluster('two').file, 'versions:\n  consul: 1.21.0\n');
  expect(await findGarbage(ctx)).toEqual([]);
});

test('the work of a run that is installing right now is left alone', async () => {
  const { ctx } = await createToolWorld();
  await put(partialFile(ctx, `consul_${pinned.consul}_linux_amd64.zip`), 'half');
  const work = async (): Promise<number> => (await openStaging(ctx, 'consul'), (await findGarbage(ctx)).length);
  expect(await withInstallLock(ctx, 'consul', { report: () => undefined, work })).toBe(0);
  expect(await findGarbage(ctx)).toHaveLength(2);
});
