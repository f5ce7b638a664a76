import { expect, test } from 'vitest';
import { command } from '../../../src/commands/history.js';
import { inSession } from '../../../src/engine/session.js';
import { createTestContext } from '../../helpers/test-context.js';

test('the newest run comes first, with its outcome and its logs', async () => {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  await inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl up dev' }, async () => {});
  const failing = inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl down dev' }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  const result = await command.run({ args: { name: 'dev' }, flags: {} }, ctx);
  expect(result?.data).toMatchObject([
    { plan: 'nomadctl down dev', outcome: 'failed' },
    { plan: 'nomadctl up dev', outcome: 'succeeded' },
  ]);
  const lines = (result?.text ?? '').split('\n');
  expect(lines[1]).toContain('nomadctl down dev');
  expect(lines[2]).toContain(paths.logs);
});

test('a cluster that nobody touched has no history', async () => {
  const ctx = await createTestContext();
  expect(await command.run({ args: {}, flags: {} }, ctx)).toMatchObject({ data: [], text: 'Nothing was done to dev yet.' });
});
