import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCluster } from '../../../src/config/load-cluster.js';
import { ConfigError, UsageError } from '../../../packages/base/src/errors.js';
import { sampleTable, sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext, type TestContextOptions } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const top = 'version: 1\nname: dev\ntarget: sample\n';
const other = sampleTarget({ id: 'other', options: { size: sampleTable.clients } });
const targets = [sampleTarget(), other];

async function withFile(text: string | undefined, options: TestContextOptions = {}) {
  const ctx = await createTestContext(options);
  const { file } = ctx.paths.cluster('dev');
  await mkdir(dirname(file), { recursive: true });
  if (text !== undefined) await writeFile(file, text);
  return ctx;
}

describe('loadCluster', () => {
  it('has defaults where there is no file', async () => {
    const ctx = await withFile(undefined);
    const { cluster, file, sources } = await loadCluster(ctx, { name: 'dev', targets });
    expect(file).toBe('absent');
    expect(cluster).toMatchObject({ name: 'dev', target: 'sample', settings: { servers: 1, clients: 2 } });
    expect(cluster.paths.journal).toBe(ctx.paths.cluster('dev').journal);
    expect(sources['clients']).toEqual({ kind: 'default', where: '' });
  });

  it('joins file, environment and flags, and says which was which', async () => {
    const ctx = await withFile(`${top}servers: 3\nclients: 3\nsplitRoles: true\n`, {
      env: { NOMADCTL_CLIENTS: '4', NOMADCTL_SPLIT_ROLES: 'no' },
    });
    const { cluster, sources, file } = await loadCluster(ctx, { name: 'dev', targets, flags: { splitRoles: true } });
    expect(file).toBe('present');
    expect(cluster.settings).toMatchObject({ servers: 3, clients: 4, splitRoles: true });
    expect(sources).toMatchObject({
      servers: { kind: 'file', where: `${cluster.paths.file}:4` },
      clients: { kind: 'environment', where: 'NOMADCTL_CLIENTS' },
      splitRoles: { kind: 'flag', where: '--split-roles' },
      addressing: { kind: 'default' },
    });
  });

  it('reports the problems of every source at once, each once', async () => {
    const ctx = await withFile(`${top}servers: 2\nclents: 1\n`, { env: { NOMADCTL_CLIENTS: 'two' } });
    const error = await thrown(() => loadCluster(ctx, { name: 'dev', targets, flags: { addressing: 'x', target: 'samlpe' } }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.why.slice(0, -1)).toEqual([
      'cluster.yaml:4:1 servers: must be 1 or 3 (got 2)',
      'cluster.yaml:5:1 clents: there is no such key (did you mean "clients"?)',
      '--target: must be one of sample, other (got "samlpe"; did you mean "sample"?)',
      'NOMADCTL_CLIENTS: must be a whole number (got "two")',
      '--addressing: must be one of auto, addresses, ports (got "x")',
    ]);
  });

  it('checks a file also where a flag is stronger', async () => {
    const ctx = await withFile(`${top}clients: two\n`);
    await expect(loadCluster(ctx, { name: 'dev', targets, flags: { clients: '3' } })).rejects.toThrow(
      'cluster.yaml:4:1 clients: must be a whole number (got "two")',
    );
  });

  it('checks settings that only together are wrong', async () => {
    const picky = sampleTarget({
      check: ({ servers, clients }) =>
        Number(servers) > Number(clients) ? [{ text: 'more servers than clients', fix: { clients: 3 } }] : [],
    });
    const ctx = await withFile(undefined);
    const error = await thrown(() => loadCluster(ctx, { name: 'dev', targets: [picky], flags: { servers: '3', clients: '1' } }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe('more servers than clients');
    expect(error.next).toEqual('nomadctl init dev --target sample --servers 3 --clients 3');
    const own = await withFile(`${top}servers: 3\nclients: 1\n`);
    expect((await thrown(() => loadCluster(own, { name: 'dev', targets: [picky] }))).next).toEqual(
      'nomadctl config set clients 3 --cluster dev',
    );
    await expect(loadCluster(own, { name: 'dev', targets: [picky], leaveConflicts: true })).resolves.toBeDefined();
    await expect(loadCluster(ctx, { name: 'dev', targets: [picky], flags: { servers: '3', clients: '3' } })).resolves.toBeDefined();
  });
});

describe('what a target says of settings together', () => {
  const asked: unknown[] = [];
  const curious = sampleTarget({ check: (settings, cluster) => (asked.push([settings['clients'], cluster]), []) });

  it('is asked with the cluster and its file', async () => {
    asked.length = 0;
    const ctx = await withFile(undefined);
    await loadCluster(ctx, { name: 'dev', targets: [curious] });
    const own = await withFile(`${top}clients: 3\n`);
    await loadCluster(own, { name: 'dev', targets: [curious] });
    expect(asked).toEqual([
      [2, { name: 'dev' }],
      [3, { name: 'dev', file: own.paths.cluster('dev').file }],
    ]);
  });

  it('is not asked while one of them is wrong alone', async () => {
    asked.length = 0;
    const ctx = await withFile(`${top}clients: two\n`);
    await thrown(() => loadCluster(ctx, { name: 'dev', targets: [curious] }));
    expect(asked).toEqual([]);
  });
});

describe('the target', () => {
  it('is the one of the flag or the variable where there is no file', async () => {
    const ctx = await withFile(undefined, { env: { NOMADCTL_TARGET: 'other' } });
    expect((await loadCluster(ctx, { name: 'dev', targets })).cluster.target).toBe('other');
    expect((await loadCluster(ctx, { name: 'dev', targets, flags: { target: 'sample' } })).cluster.target).toBe('sample');
  });

  it('is the one of the file, and a flag cannot move it', async () => {
    const ctx = await withFile(top, { env: { NOMADCTL_TARGET: 'other' } });
    expect((await loadCluster(ctx, { name: 'dev', targets })).cluster.target).toBe('sample');
    const error = await thrown(() => loadCluster(ctx, { name: 'dev', targets, flags: { target: 'other' } }));
    expect(error.message).toBe('--target: cluster dev lives on target sample and cannot move to other');
    expect(error.next).toEqual('nomadctl init dev-2 --target other');
    expect((await loadCluster(ctx, { name: 'dev', targets, flags: { target: 'sample' } })).cluster.target).toBe('sample');
  });

  it('is one that there is, whoever says it', async () => {
    const ctx = await withFile(undefined, { env: { NOMADCTL_TARGET: 'moon' } });
    await expect(loadCluster(ctx, { name: 'dev', targets })).rejects.toThrow('NOMADCTL_TARGET: must be one of sample, other (got "moon")');
    const wrong = await withFile(top.replace('sample', 'moon'));
    const error = await thrown(() => loadCluster(wrong, { name: 'dev', targets, flags: { target: 'other' } }));
    expect(error.message).toBe('cluster.yaml:3:1 target: must be one of sample, other (got "moon")');
  });

  it('is the first where nobody says one', async () => {
    const ctx = await withFile(undefined, { env: { NOMADCTL_TARGET: '' } });
    expect((await loadCluster(ctx, { name: 'dev', targets: targets.toReversed() })).cluster.target).toBe('other');
  });
});
