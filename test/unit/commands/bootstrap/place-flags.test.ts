import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removePlaceRecord } from '../../../../src/bootstrap/place-record.js';
import { lookingFlags, makingFlags, openBootstrapper, rememberPlace } from '../../../../src/commands/bootstrap/place-flags.js';
import { command as run } from '../../../../src/commands/bootstrap/run.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { kubectlDouble } from '../../../helpers/kubectl-double.js';
import { createTestContext } from '../../../helpers/test-context.js';

async function scene(...clusters: string[]) {
  const ctx = await createTestContext();
  for (const cluster of clusters) {
    const { dir, file } = ctx.paths.cluster(cluster);
    await mkdir(dir, { recursive: true });
    await writeFile(file, `version: 1\nname: ${cluster}\ntarget: local\n`);
  }
  return { ctx, open: (flags = {}) => openBootstrapper({ args: {}, flags }, ctx, { cluster: 'prod', purpose: 'look' }) };
}

const names = (flags: readonly { readonly flag: string }[]): string[] => flags.map(({ flag }) => flag.split(' ')[0] ?? '');

test('flags of two places are offered once, and looking takes only what says where', () => {
  expect(names(makingFlags)).toEqual([
    ...['--on', '--image', '--network', '--management', '--driver', '--context', '--kube-namespace'],
    ...['--image-pull-policy', '--image-pull-secret', '--storage-class', '--volume-size'],
  ]);
  expect(names(lookingFlags)).toEqual(['--on', '--management', '--context', '--kube-namespace']);
});

test('a flag of several words is handed to its place', async () => {
  const { open } = await scene('prod');
  await expect(open({ on: 'docker', kubeNamespace: 'x' })).rejects.toMatchObject({
    code: 'flag-elsewhere',
    why: ['it is of those on kubernetes'],
  });
  const { ctx } = await kubectlDouble();
  const there = await openBootstrapper({ args: {}, flags: { on: 'kubernetes', kubeNamespace: 'x' } }, ctx, {
    cluster: 'prod',
    purpose: 'look',
  });
  expect(there.place).toEqual({ context: 'tools', 'kube-namespace': 'x' });
});

test('docker is meant where nothing is said, and a flag of another place is refused', async () => {
  const { open } = await scene('prod');
  expect(await open()).toMatchObject({ on: 'docker', place: {}, noun: 'container' });
  await expect(open({ management: 'ops' })).rejects.toMatchObject({
    code: 'flag-elsewhere',
    exitCode: 2,
    why: ['it is of those on nomad'],
  });
});

test('a jump host remembers where a bootstrapper lives, until it is gone', async () => {
  const { ctx, open } = await scene('prod', 'ops');
  await rememberPlace('prod', { on: 'nomad', place: { management: 'ops' } }, ctx);
  // It is the cluster that was named then: it is not up.
  await expect(open()).rejects.toMatchObject({ code: 'cluster-not-up', message: 'cluster ops is not up' });
  const elsewhere = await open({ on: 'docker' });
  await expect(rememberPlace('prod', elsewhere, ctx)).rejects.toMatchObject({
    code: 'bootstrap-elsewhere',
    message: 'the bootstrapper of cluster prod lives elsewhere: --on nomad --management ops',
  });
  await removePlaceRecord(ctx.paths.cluster('prod'));
  expect(await open()).toMatchObject({ on: 'docker' });
});

test('a record that says nothing is named, with what to do', async () => {
  const { ctx, open } = await scene('prod');
  await writeFile(join(ctx.paths.cluster('prod').dir, 'bootstrap.json'), '{"on":');
  await expect(open()).rejects.toMatchObject({ code: 'bootstrap-place-damaged', next: hintMatching(/^rm .*bootstrap\.json/) });
});

test('whose Nomad is meant has to be said where the current cluster is the one that is made', async () => {
  const { open } = await scene('prod');
  await expect(open({ on: 'nomad' })).rejects.toMatchObject({ code: 'management-missing', exitCode: 2 });
  await expect(open({ on: 'nomad', management: 'opz' })).rejects.toMatchObject({ code: 'cluster-unknown' });
});

test('a bootstrapper without a volume says so', async () => {
  const { ctx } = await scene();
  const flags = { volume: join(ctx.paths.home, 'none') };
  await expect(run.run({ args: {}, flags }, ctx)).rejects.toMatchObject({ code: 'bootstrap-no-volume', exitCode: 2 });
});
