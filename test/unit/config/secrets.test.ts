import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readSecrets, writeSecrets } from '../../../src/config/secrets.js';
import { ConfigError } from '../../../packages/base/src/errors.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function clusterPaths() {
  const ctx = await createTestContext();
  return { ctx, paths: ctx.paths.cluster('prod') };
}

it('keeps what is added, for the owner alone', async () => {
  const { ctx, paths } = await clusterPaths();
  expect(await readSecrets(paths, ctx)).toEqual({});
  await writeSecrets(paths, { ucloudPublicKey: 'public', ucloudPrivateKey: 'the-private-key' }, ctx);
  expect(await writeSecrets(paths, { rootPassword: 'Some-Passw0rd' }, ctx)).toEqual({
    ucloudPublicKey: 'public',
    ucloudPrivateKey: 'the-private-key',
    rootPassword: 'Some-Passw0rd',
  });
  expect(await readSecrets(paths, ctx)).toMatchObject({ rootPassword: 'Some-Passw0rd' });
  expect((await stat(paths.secrets)).mode & 0o777).toBe(0o600);
  expect(await readdir(paths.dir)).toEqual(['secrets.json']);
});

it('does not touch the file when nothing changes', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { rootPassword: 'Some-Passw0rd' }, ctx);
  const { ino } = await stat(paths.secrets);
  await writeSecrets(paths, { rootPassword: 'Some-Passw0rd' }, ctx);
  expect((await stat(paths.secrets)).ino).toBe(ino);
});

it('hides from output whatever it reads or writes', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { ucloudPrivateKey: 'the-private-key' }, ctx);
  expect(ctx.redact('x the-private-key')).toBe('x [redacted]');
  const other = await createTestContext({ home: ctx.paths.home });
  await readSecrets(paths, other);
  expect(other.redact('x the-private-key')).toBe('x [redacted]');
});

it.each(['{"ucloudPrivateKey": "half-a-secr', '[]', 'null', '"text"'])('refuses %j without quoting it', async (content) => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { rootPassword: 'Some-Passw0rd' }, ctx);
  await writeFile(paths.secrets, content);
  const error = await thrown(() => readSecrets(paths, ctx));
  expect(error).toBeInstanceOf(ConfigError);
  expect([error.message, ...error.why].join()).not.toContain('half-a');
  await thrown(() => writeSecrets(paths, { rootPassword: 'Another-1' }, ctx));
  expect(await readFile(paths.secrets, 'utf8')).toBe(content);
});
