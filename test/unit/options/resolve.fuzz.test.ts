import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { init } from '../../../src/commands/init.js';
import { chooseExistingCluster } from '../../../src/config/current-cluster.js';
import { loadCluster } from '../../../src/config/load-cluster.js';
import { NomadctlError } from '../../../packages/base/src/errors.js';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';
import { envName } from '../../../src/options/option.js';
import { flagKey, resolveOptions, settled } from '../../../src/options/resolve.js';
import { randomFrom } from '../../helpers/random.js';
import { sampleTable, sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';
import { hintLine } from '../../helpers/hint-line.js';

const WORDS = [
  '0',
  '1',
  '3',
  '-1',
  '+3',
  '1e3',
  '0x3',
  '3.0',
  ' 3 ',
  '٣',
  'NaN',
  'Infinity',
  '9'.repeat(30),
  'true',
  'FALSE',
  'yes',
  'auto',
  'ports',
  'auto,exec',
  ',',
  ',,a',
  '',
  ' ',
  '-',
  '--',
  '--clients',
  '=',
  '../../etc',
  '/',
  '.',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '$(id)',
  '`id`',
  '%s',
  '{}',
  '[1]',
  '"',
  "'",
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\uD800',
  '😀',
  'ä',
  'x'.repeat(5000),
  '#',
  ': ',
  '- a',
  '&a',
  '*a',
  '!!int 3',
  '|',
  '2026-01-01',
  '~',
];
const keys = Object.keys(sampleTable);

function given(seed: number, nameOf: (key: string) => string): Record<string, string> {
  const random = randomFrom(seed);
  const word = (): string => Array.from({ length: random(4) === 0 ? 2 : 1 }, () => WORDS[random(WORDS.length)] ?? '').join('');
  return Object.fromEntries(keys.filter(() => random(3) === 0).map((key) => [nameOf(key), word()]));
}

const seeds = Array.from({ length: 2000 }, (_, index) => index + 1);

it('takes any value for a setting, or says in one short line what is wrong with it', () => {
  const outcomes = { fine: 0, wrong: 0 };
  for (const seed of seeds) {
    const resolution = resolveOptions(sampleTable, { flags: given(seed, flagKey), env: given(seed + 1e6, envName) });
    for (const { where, text } of resolution.problems) {
      expect(where, `seed ${seed}`).toMatch(/^(--[a-z-]+|NOMADCTL_[A-Z_]+)$/);
      expect(text.length, `seed ${seed}`).toBeLessThan(200);
      expect(text, `seed ${seed}`).toMatch(/^[^\n\u0000\u001b]+$/);
    }
    if (resolution.problems.length === 0) outcomes.fine++;
    else expect(() => settled(resolution, sampleTable, nomadctl`up`), `seed ${seed}`).toThrow(NomadctlError);
  }
  outcomes.wrong = seeds.length - outcomes.fine;
  expect(outcomes.fine).toBeGreaterThan(50);
  expect(outcomes.wrong).toBeGreaterThan(200);
});

it('writes whatever it takes so that it reads back the same', async () => {
  const targets = [sampleTarget()];
  const ctx = await createTestContext();
  let written = 0;
  for (const seed of seeds.slice(0, 300)) {
    const flags = given(seed, flagKey);
    const resolution = resolveOptions(sampleTable, { flags });
    const before = await readFile(ctx.paths.cluster('dev').file, 'utf8').catch(() => undefined);
    const outcome = await init({ args: { name: 'dev' }, flags }, ctx, targets).catch((error: unknown) => error);
    if (resolution.problems.length > 0) {
      expect(outcome, `seed ${seed}`).toBeInstanceOf(NomadctlError);
      expect(await readFile(ctx.paths.cluster('dev').file, 'utf8').catch(() => undefined), `seed ${seed}`).toBe(before);
      continue;
    }
    expect(outcome, `seed ${seed}`).not.toBeInstanceOf(Error);
    written++;
    const { cluster } = await loadCluster(ctx, { name: 'dev', targets });
    for (const key of keys.filter((name) => flags[flagKey(name)] !== undefined)) {
      expect(cluster.settings[key], `seed ${seed}: ${key}`).toEqual(resolution.settings[key as keyof typeof sampleTable]);
    }
  }
  expect(written).toBeGreaterThan(50);
});

it('takes any name of a cluster for one, or refuses it, and never leaves its folder', async () => {
  const ctx = await createTestContext();
  for (const word of WORDS) {
    const chosen = await chooseExistingCluster(ctx, word).catch((error: unknown) => error);
    expect(chosen, JSON.stringify(word)).toBeInstanceOf(NomadctlError);
    expect(hintLine((chosen as NomadctlError).next)).toMatch(/^nomadctl (up [a-z0-9-]+|list)$/);
  }
});
