import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Secret } from '../../../packages/base/src/secret/secret.js';
import {
  ensureClusterSecrets,
  forgetClusterSecrets,
  forgetNodeTokens,
  nodesWithTokens,
  readClusterSecrets,
  readManagementTokens,
  readNodeTokens,
} from '../../../src/security/cluster-secrets.js';
import { chooseSuccessors, standingOfSuccessors, succeed } from '../../../src/security/rotation/successors.js';
import { openAll, secretOf } from '../../helpers/secret-values.js';
import { createTestContext } from '../../helpers/test-context.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function scene() {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  return { ctx, paths, where: { paths, redact: ctx.redact } };
}

const kept = async (path: string): Promise<Record<string, string>> => JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;

it('chooses all of a cluster at once, and keeps them', async () => {
  const { paths, where } = await scene();
  const made = await ensureClusterSecrets(where, ['server-1', 'client-1']);
  const file = await kept(paths.secrets);
  const { authorityKey = '', consulGossipKey = '', nomadGossipKey = '', ...tokens } = file;
  expect(authorityKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  for (const key of [consulGossipKey, nomadGossipKey]) expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(Object.keys(tokens).sort()).toEqual([
    ...['consulDnsToken', 'consulManagementToken', 'consulToken:client-1', 'consulToken:server-1'],
    ...['nomadManagementToken', 'nomadToken:client-1', 'nomadToken:server-1'],
  ]);
  for (const token of Object.values(tokens)) expect(token).toMatch(UUID);
  expect(new Set(Object.values(file)).size).toBe(Object.keys(file).length);
  expect(openAll({ ...made.management })).toEqual({ consul: file['consulManagementToken'], nomad: file['nomadManagementToken'] });
  expect(openAll({ ...made.nodes.get('client-1') })).toEqual({ consul: file['consulToken:client-1'], nomad: file['nomadToken:client-1'] });
});

it('chooses for a node that comes later, and leaves the others as they are', async () => {
  const { paths, where } = await scene();
  await ensureClusterSecrets(where, ['server-1']);
  const before = await kept(paths.secrets);
  expect(await readClusterSecrets(where, ['server-1', 'client-1'])).toBeUndefined();
  await ensureClusterSecrets(where, ['server-1', 'client-1']);
  expect(await kept(paths.secrets)).toMatchObject(before);
  expect((await readClusterSecrets(where, ['client-1']))?.nodes.size).toBe(1);
});

it('gives two runs at the same time the same', async () => {
  const { where } = await scene();
  const made = await Promise.all([1, 2, 3].map(() => ensureClusterSecrets(where, ['server-1'])));
  const [first, ...others] = made.map(({ gossip, management }) => ({ ...openAll({ ...gossip }), more: openAll({ ...management }) }));
  for (const other of others) expect(other).toEqual(first);
});

it('hides them all from output, also in a run that only reads', async () => {
  const { paths, where } = await scene();
  await ensureClusterSecrets(where, ['server-1']);
  const other = await createTestContext({ home: (await createTestContext()).paths.home });
  await readManagementTokens({ paths, redact: other.redact });
  for (const value of Object.values(await kept(paths.secrets)).filter((text) => !text.includes('\n')))
    expect(other.redact(`x ${value}`)).toBe('x [redacted]');
});

it('has none where there is no file, and what there is of a file that lacks one', async () => {
  const { paths, where } = await scene();
  expect(await readManagementTokens(where)).toEqual({});
  await ensureClusterSecrets(where, []);
  const { nomadManagementToken: _, ...rest } = await kept(paths.secrets);
  await rm(paths.secrets);
  await writeFile(paths.secrets, JSON.stringify(rest), { mode: 0o600 });
  expect(Object.keys(await readManagementTokens(where))).toEqual(['consul']);
  expect(await readClusterSecrets(where, [])).toBeUndefined();
});

it('counts what a rotation has chosen or replaced among those of a node, and forgets it with the others', async () => {
  const { paths, where } = await scene();
  await ensureClusterSecrets(where, ['server-1', 'client-2']);
  const token = (): Secret => secretOf(randomUUID());
  await chooseSuccessors(where, { 'consulToken:client-2': token, 'nomadToken:client-2': token, 'consulToken:client-9': token });
  expect((await nodesWithTokens(where)).sort()).toEqual(['client-2', 'client-9', 'server-1']);
  expect(await readNodeTokens(where, ['client-2'])).toHaveLength(4);
  await forgetNodeTokens(where, ['client-9']);
  await succeed(where);
  expect(await readNodeTokens(where, ['client-2'])).toHaveLength(4);
  await forgetNodeTokens(where, ['client-2']);
  expect(Object.keys(await kept(paths.secrets)).filter((name) => name.includes('client-'))).toEqual([]);
  await chooseSuccessors(where, { authorityKey: token });
  await forgetClusterSecrets(where);
  expect(await nodesWithTokens(where)).toEqual([]);
  expect(await standingOfSuccessors(where)).toBe('none');
});
