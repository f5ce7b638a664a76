import { expect, test } from 'vitest';
import { runCommand } from '../../../src/bootstrap/run-command.js';
import { Secret } from '../../../packages/base/src/secret/secret.js';
import type { RunOptions } from '../../../src/tools/exec.js';
import { createTestContext } from '../../helpers/test-context.js';

const io = { line: () => {}, log: () => {} };

/** A program that ends with these codes, one after another. */
async function scene(codes: number[], env = {}) {
  const runs: { argv: readonly string[]; options: RunOptions }[] = [];
  let now = 0;
  const ctx = await createTestContext({
    env,
    overrides: {
      clock: { now: () => now, sleep: async () => void (now += 60_000) },
      exec: {
        run: async (_: string, argv: readonly string[], options: RunOptions = {}) => {
          runs.push({ argv, options });
          return { exitCode: codes.length > 1 ? (codes.shift() ?? 0) : (codes[0] ?? 0), stdout: '', stderr: 'another nomadctl is at work' };
        },
      } as never,
    },
  });
  return { ctx, runs };
}

test('what a task is told of the cluster that carries it is not handed on to work on another one', async () => {
  const { ctx, runs } = await scene([0], {
    PATH: '/bin',
    NOMAD_NAMESPACE: 'ops',
    NOMAD_TOKEN: 't',
    CONSUL_HTTP_ADDR: 'x',
    NOMADCTL_HOME: '/v',
  });
  await runCommand(ctx, { words: ['up', 'prod'], environment: { CONSUL_HTTP_TOKEN: 'of the backend' } }, io);
  const env = runs[0]?.options.env ?? {};
  expect(Object.keys(env).sort()).toEqual(['CONSUL_HTTP_TOKEN', 'NOMADCTL_HOME', 'PATH']);
  expect(env['CONSUL_HTTP_TOKEN']).toBeInstanceOf(Secret);
  expect(runs[0]?.argv.slice(1)).toEqual(['up', 'prod', '--yes']);
});

test('the end of a run that outlived its bootstrapper is waited for', async () => {
  const { ctx, runs } = await scene([5, 5, 0]);
  await runCommand(ctx, { words: ['up', 'prod'], environment: {} }, io);
  expect(runs).toHaveLength(3);
});

test('one that holds the cluster for good is told', async () => {
  const { ctx } = await scene([5]);
  await expect(runCommand(ctx, { words: ['up', 'prod'], environment: {} }, io)).rejects.toMatchObject({
    code: 'bootstrap-locked',
    why: ['another nomadctl is at work'],
  });
});
