import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkClusterName, clusterNameProblem } from '../../../src/config/cluster-name.js';
import { chooseCluster, chooseExistingCluster, clusterNames } from '../../../src/config/current-cluster.js';
import type { Context } from '../../../src/context.js';
import { UsageError } from '../../../packages/base/src/errors.js';
import { createTestContext, type TestContextOptions } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function contextWith(names: readonly string[], options: TestContextOptions & { current?: string } = {}): Promise<Context> {
  const ctx = await createTestContext(options);
  for (const name of names) {
    const { file } = ctx.paths.cluster(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
  }
  if (options.current !== undefined) await writeFile(ctx.paths.currentFile, options.current);
  return ctx;
}

describe('which cluster is meant', () => {
  const strongest = { env: { NOMADCTL_CLUSTER: 'by-env' }, global: { cluster: 'by-flag' }, current: 'by-use\n' };

  it.each([
    ['the name given', ['only'], strongest, 'given', { name: 'given', from: 'argument', exists: false }],
    ['--cluster', ['only'], strongest, undefined, { name: 'by-flag', from: '--cluster', exists: false }],
    ['NOMADCTL_CLUSTER', ['only'], { ...strongest, global: {} }, undefined, { name: 'by-env', from: 'NOMADCTL_CLUSTER', exists: false }],
    ['nomadctl use', ['only'], { current: 'by-use\n' }, undefined, { name: 'by-use', from: 'nomadctl use', exists: false }],
    ['the only one', ['only'], {}, undefined, { name: 'only', from: 'the only one', exists: true }],
    ['dev, when there are several', ['one', 'two'], {}, undefined, { name: 'dev', from: 'default', exists: false }],
    ['dev, when there is none', [], {}, undefined, { name: 'dev', from: 'default', exists: false }],
    [
      'an empty variable for none',
      ['only'],
      { env: { NOMADCTL_CLUSTER: '' } },
      undefined,
      { name: 'only', from: 'the only one', exists: true },
    ],
  ])('takes %s', async (_, names, options, given, expected) => {
    expect(await chooseCluster(await contextWith(names, options), given)).toEqual(expected);
  });

  it('finds clusters by their file or journal, whatever else lies there', async () => {
    const ctx = await contextWith(['b', 'a']);
    await mkdir(ctx.paths.cluster('empty').dir);
    await mkdir(ctx.paths.cluster('Not A Name').dir);
    await writeFile(ctx.paths.cluster('Not A Name').file, '');
    await mkdir(ctx.paths.cluster('j').dir);
    await writeFile(ctx.paths.cluster('j').journal, '{}');
    await writeFile(ctx.paths.cluster('note').dir, 'a file, no folder');
    expect(await clusterNames(ctx.paths)).toEqual(['a', 'b', 'j']);
  });
});

describe('a choice that cannot be told', () => {
  it.each([['../../etc\n'], ['']])('is no reason to take another cluster: %j', async (current) => {
    const ctx = await contextWith(['only'], { current });
    expect(await thrown(() => chooseCluster(ctx))).toMatchObject({
      code: 'current-damaged',
      next: 'nomadctl list && nomadctl use <cluster>',
    });
    expect(await chooseCluster(ctx, 'only')).toMatchObject({ name: 'only', from: 'argument' });
  });

  it('nor is one that cannot be read', async () => {
    const ctx = await contextWith(['only']);
    await mkdir(ctx.paths.currentFile);
    expect((await thrown(() => chooseCluster(ctx))).code).toBe('file-unreadable');
  });
});

it('does not take a folder that cannot be read for an empty one', async () => {
  const ctx = await createTestContext();
  await writeFile(ctx.paths.clusters, '');
  expect((await thrown(() => chooseCluster(ctx))).code).toBe('clusters-unreadable');
});

it('does not take a cluster that cannot be looked for as one that is not there', async () => {
  const ctx = await contextWith(['only']);
  const { dir, file } = ctx.paths.cluster('loop');
  await mkdir(dir);
  await symlink(file, file);
  expect(await thrown(() => chooseCluster(ctx))).toMatchObject({ code: 'clusters-unreadable', next: `ls -ld ${dir}` });
});

describe('an unknown name', () => {
  it('is answered with the nearest and the list', async () => {
    const error = await thrown(async () => chooseExistingCluster(await contextWith(['prod', 'staging']), 'prd'));
    expect(error).toBeInstanceOf(UsageError);
    expect([error.message, error.why, error.next]).toEqual([
      'there is no cluster "prd" (did you mean "prod"?)',
      ['clusters: prod, staging'],
      'nomadctl list',
    ]);
  });

  it('says who named it', async () => {
    const error = await thrown(async () => chooseExistingCluster(await contextWith(['prod'], { current: 'gone' })));
    expect(error.why).toEqual(['nomadctl use says gone', 'clusters: prod']);
  });

  it('is offered to be made where there is none yet', async () => {
    const error = await thrown(async () => chooseExistingCluster(await contextWith([]), 'prod'));
    expect(error).toMatchObject({ why: ['there are no clusters yet'], next: 'nomadctl up prod' });
  });

  it('is fine for dev, which has defaults', async () => {
    expect((await chooseExistingCluster(await contextWith(['prod']), 'dev')).exists).toBe(false);
  });
});

describe('names', () => {
  it.each(['dev', 'a', '0', 'a-b', 'x'.repeat(40)])('%s is one', (name) => {
    expect(checkClusterName(name)).toBe(name);
  });

  it.each([
    ['My Cluster', 'my-cluster'],
    ['-dev-', 'dev'],
    ['--dev--', 'dev'],
    ['my  own', 'my-own'],
    ['dev_1', 'dev-1'],
    ['../etc', 'etc'],
    ['x'.repeat(41), 'x'.repeat(40)],
    [`${'x'.repeat(39)}-y`, 'x'.repeat(39)],
  ])('%s is none, %s would be', async (name, better) => {
    const error = await thrown(() => checkClusterName(name));
    expect(error.message).toContain(`did you mean "${better}"?`);
    expect(error).toMatchObject({ code: 'cluster-name-invalid', why: [`it ${clusterNameProblem(name)}`], next: `nomadctl up ${better}` });
    expect(clusterNameProblem(better)).toBeUndefined();
  });

  it('without a letter have no better one', async () => {
    const error = await thrown(() => checkClusterName('äöü'));
    expect(error.message).toBe('"äöü" cannot be a cluster\'s name');
    expect(error.next).toEqual('nomadctl up dev');
  });
});
