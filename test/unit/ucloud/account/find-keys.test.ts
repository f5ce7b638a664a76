import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecrets, writeSecrets } from '../../../../src/config/secrets.js';
import { cliProfiles } from '../../../../src/ucloud/account/cli-profiles.js';
import { findKeys, keepKeys, keysOf, KEY_PRECEDENCE, missingVariable, type FoundKeys } from '../../../../src/ucloud/account/find-keys.js';
import { openAll, secretOf } from '../../../helpers/secret-values.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { hintMatching } from '../../../helpers/hint-line.js';

/** Every place that keys can be in; a case says which of them hold some. */
const PLACES = {
  terraform: { UCLOUD_PUBLIC_KEY: 'of-terraform', UCLOUD_PRIVATE_KEY: 'of-terraform-private' },
  older: { UCLOUD_PUBKEY: ' of-scripts ', UCLOUD_SECRET: ' of-scripts-private ' },
  kept: { ucloudPublicKey: 'of-init', ucloudPrivateKey: 'of-init-private' },
};

interface Case {
  readonly has: readonly (keyof typeof PLACES)[];
  readonly profiles?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function cluster({ has, profiles, env = {} }: Case) {
  const home = await tempHome();
  const variables = Object.assign({ HOME: home }, ...has.filter((place) => place !== 'kept').map((place) => PLACES[place]), env) as Record<
    string,
    string
  >;
  const ctx = await createTestContext({ home: join(home, 'nomadctl'), env: variables });
  const paths = ctx.paths.cluster('prod');
  const { ucloudPublicKey, ucloudPrivateKey } = PLACES.kept;
  if (has.includes('kept'))
    await writeSecrets(paths, { ucloudPublicKey: secretOf(ucloudPublicKey), ucloudPrivateKey: secretOf(ucloudPrivateKey) }, ctx);
  const entries = profiles?.map((profile) => ({ profile, public_key: `of-${profile}`, private_key: `of-${profile}-private` }));
  await mkdir(join(home, '.ucloud'));
  if (entries) await writeFile(join(home, '.ucloud', 'credential.json'), JSON.stringify(entries));
  return { ctx, paths };
}

async function found(at: Case, isInit: boolean): Promise<FoundKeys[]> {
  const { ctx, paths } = await cluster(at);
  return collect(findKeys({ cluster: 'prod', paths, profiles: isInit ? () => cliProfiles(ctx) : undefined }, ctx));
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** What is there, and whose keys are found in which order: by commands, and by an `init` that cannot ask. */
const TABLE: readonly (Case & { readonly commands: string; readonly init: string })[] = [
  { has: [], commands: '', init: '' },
  { has: ['terraform'], commands: 'of-terraform', init: 'of-terraform' },
  { has: ['older'], commands: 'of-scripts', init: 'of-scripts' },
  { has: ['kept'], commands: 'of-init', init: 'of-init' },
  { has: ['terraform', 'older'], commands: 'of-terraform', init: 'of-terraform' },
  { has: ['terraform', 'kept'], commands: 'of-terraform of-init', init: 'of-terraform of-init' },
  { has: ['older', 'kept'], commands: 'of-scripts of-init', init: 'of-scripts of-init' },
  { has: ['terraform', 'older', 'kept'], commands: 'of-terraform of-init', init: 'of-terraform of-init' },
  { has: [], profiles: ['work'], commands: '', init: 'of-work' },
  { has: ['kept'], profiles: ['work'], commands: 'of-init', init: 'of-init of-work' },
  { has: ['terraform', 'kept'], profiles: ['work'], commands: 'of-terraform of-init', init: 'of-terraform of-init of-work' },
  { has: [], profiles: ['work', 'default'], commands: '', init: 'of-default' },
  { has: [], profiles: ['work', 'home'], commands: '', init: '' },
  { has: [], profiles: ['work', 'home'], env: { UCLOUD_PROFILE: 'home' }, commands: '', init: 'of-home' },
  { has: [], profiles: ['work'], env: { UCLOUD_PROFILE: 'other' }, commands: '', init: '' },
  // Half a pair is none, and so is an empty one.
  { has: ['kept'], env: { UCLOUD_PUBLIC_KEY: 'half' }, commands: 'of-init', init: 'of-init' },
  { has: ['kept'], env: { UCLOUD_PUBLIC_KEY: 'half', UCLOUD_PRIVATE_KEY: ' ' }, commands: 'of-init', init: 'of-init' },
  { has: ['older'], env: { UCLOUD_PUBLIC_KEY: 'half' }, commands: 'of-scripts', init: 'of-scripts' },
  { has: [], env: { UCLOUD_PUBLIC_KEY: 'half', UCLOUD_SECRET: 'of-another-pair' }, commands: '', init: '' },
];

describe('the precedence of keys', () => {
  it('is stated once', () => {
    expect(KEY_PRECEDENCE).toEqual(['environment', 'secrets file', 'profile', 'answer']);
  });

  it.each(TABLE)('with $has, profiles $profiles and $env', async ({ commands, init, ...at }) => {
    for (const [isInit, expected] of [
      [false, commands],
      [true, init],
    ] as const) {
      const keys = await found(at, isInit);
      const names = keys.map(({ keys: { publicKey, privateKey } }) => openAll({ publicKey, privateKey }));
      expect(names.map(({ publicKey }) => publicKey).join(' ')).toBe(expected);
      for (const { publicKey, privateKey } of names) expect(privateKey).toBe(`${publicKey}-private`);
      const ranks = keys.map(({ source }) => KEY_PRECEDENCE.indexOf(source));
      expect(ranks).toEqual([...ranks].sort());
    }
  });

  it('tells of each where it is from, and how to have others', async () => {
    const at = { has: ['terraform', 'kept'], profiles: ['work'] } as const;
    const { ctx, paths } = await cluster(at);
    const keys = await collect(findKeys({ cluster: 'prod', paths, profiles: () => cliProfiles(ctx) }, ctx));
    expect(keys.map(({ source, where, keys: { origin } }) => ({ source, where, origin }))).toEqual([
      {
        source: 'environment',
        where: 'UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY',
        origin: {
          where: 'UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY',
          next: 'unset UCLOUD_PUBLIC_KEY UCLOUD_PRIVATE_KEY && nomadctl init prod',
        },
      },
      { source: 'secrets file', where: 'the cluster', origin: { where: paths.secrets, next: 'nomadctl init prod' } },
      {
        source: 'profile',
        where: expect.stringMatching(/credential\.json$/) as string,
        origin: { where: expect.stringMatching(/^profile work of /) as string, next: hintMatching(/EDITOR/) },
      },
    ]);
    for (const value of ['of-terraform-private', 'of-init-private', 'of-work-private']) expect(ctx.redact(value)).toBe('[redacted]');
  });

  it('does not look at a source behind one that was enough', async () => {
    const { ctx, paths } = await cluster({ has: ['terraform'] });
    await mkdir(paths.dir, { recursive: true });
    await writeFile(paths.secrets, 'torn', { mode: 0o600 });
    expect(openAll({ key: (await keysOf({ name: 'prod', paths }, ctx)).publicKey })).toEqual({ key: 'of-terraform' });
    const { ctx: without } = await cluster({ has: [] });
    expect(await thrown(() => keysOf({ name: 'prod', paths }, without))).toMatchObject({ code: 'secrets-invalid' });
  });
});

it('says what to do without any', async () => {
  const { ctx, paths } = await cluster({ has: [], profiles: ['work'] });
  expect(await thrown(() => keysOf({ name: 'prod', paths }, ctx))).toMatchObject({
    code: 'ucloud-keys-missing',
    next: 'nomadctl init prod',
  });
});

it.each([
  ['environment', {}],
  ['secrets file', {}],
  ['profile', { ucloudPublicKey: 'a-public', ucloudPrivateKey: 'a-private' }],
  ['answer', { ucloudPublicKey: 'a-public', ucloudPrivateKey: 'a-private' }],
] as const)('keeps keys of the %s only where no command would find them', async (source, kept) => {
  const { ctx, paths } = await cluster({ has: [] });
  await keepKeys({ source, keys: { publicKey: secretOf('a-public'), privateKey: secretOf('a-private') } }, paths, ctx);
  expect(openAll(await readSecrets(paths, ['ucloudPublicKey', 'ucloudPrivateKey'], ctx))).toEqual(kept);
});

it.each([
  [{ UCLOUD_PUBLIC_KEY: 'half' }, 'UCLOUD_PRIVATE_KEY'],
  [{ UCLOUD_SECRET: 'half' }, 'UCLOUD_PUBKEY'],
  [{ UCLOUD_PUBLIC_KEY: 'half', UCLOUD_PUBKEY: 'whole', UCLOUD_SECRET: 'whole' }, undefined],
  [{}, undefined],
])('of %j it misses %s', (env, missing) => {
  expect(missingVariable(env)).toBe(missing);
});
