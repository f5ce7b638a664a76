import { expect, it } from 'vitest';
import { setInText } from '../../../src/config/set-in-text.js';
import { parseClusterFile } from '../../../src/config/parse-cluster-file.js';
import { ConfigError } from '../../../packages/base/src/errors.js';
import { errorOf, lineOf } from '../../../src/options/problem.js';
import { randomFrom } from '../../helpers/random.js';
import { sampleTarget } from '../../helpers/sample-target.js';

const options = { path: '/home/clusters/dev/cluster.yaml', name: 'dev', targets: [sampleTarget()] };
const whole = `# ours
version: 1
name: dev
target: sample
servers: 3 # three
clients: 2
splitRoles: true
drivers: [raw_exec, "exec"]
addressing: auto
datacenter: 'dc1'
versions:
  # pinned
  consul: 1.22.0
  nomad: "1.11.0"
`;
const PIECES = [
  '\t',
  '\n',
  ':',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '!!int ',
  '? ',
  '|',
  '>',
  '"',
  "'",
  '#',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '<<: ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '\r',
  '~',
  '.inf',
  '1e999',
  '0x',
  'null',
  '__proto__: 1\n',
  'versions:\n',
  'version: 2\n',
  '  ',
  '\u2028',
  'x'.repeat(300),
];

function mutated(seed: number): string {
  const random = randomFrom(seed);
  let text = whole;
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(text.length + 1);
    const length = random(2) === 0 ? 0 : random(30);
    const insert = random(3) === 0 ? text.slice(random(text.length), random(text.length)) : (PIECES[random(PIECES.length)] ?? '');
    text = text.slice(0, at) + insert + text.slice(at + length);
  }
  return text;
}

const SEEDS = Array.from({ length: 1500 }, (_, index) => index + 1);

it('never crashes on a damaged file, and says where it is damaged', () => {
  const outcomes = { fine: 0, wrong: 0 };
  for (const seed of SEEDS) {
    const problems = outcomeOf(mutated(seed), seed);
    if (problems === 0) outcomes.fine++;
    else outcomes.wrong++;
  }
  // Both kinds must have been there for the test to mean something.
  expect(outcomes.fine).toBeGreaterThan(100);
  expect(outcomes.wrong).toBeGreaterThan(500);
});

it('never crashes on random bytes', () => {
  for (const seed of SEEDS.slice(0, 300)) {
    const random = randomFrom(seed + 1_000_000);
    const bytes = Uint8Array.from({ length: random(400) }, () => random(256));
    expect(outcomeOf(bytes, seed)).toBeGreaterThan(0);
  }
});

it('sets a key in every file that is fine, and changes no other', () => {
  let tried = 0;
  for (const seed of SEEDS) {
    const before = mutated(seed);
    const parsed = tryParse(before);
    if (parsed === undefined || parsed.problems.length > 0) continue;
    tried++;
    const after = parseClusterFile(setInText(before, { clients: 7, 'versions.nomad': '9.9.9', drivers: ['docker'] }), options);
    expect(after.problems, `seed ${seed}`).toEqual([]);
    expect(plain(after.file.values), `seed ${seed}`).toEqual({
      ...plain(parsed.file.values),
      clients: 7,
      'versions.nomad': '9.9.9',
      drivers: ['docker'],
    });
  }
  expect(tried).toBeGreaterThan(100);
});

function outcomeOf(content: string | Uint8Array, seed: number): number {
  const parsed = tryParse(content, seed);
  if (parsed === undefined) return 1;
  for (const problem of parsed.problems) expect(lineOf(problem), `seed ${seed}`).toMatch(/^cluster\.yaml/);
  if (parsed.problems.length > 0) expect(errorOf(parsed.problems)).toBeInstanceOf(ConfigError);
  return parsed.problems.length;
}

/** Nothing for a file of a newer version, which is refused as a whole. */
function tryParse(content: string | Uint8Array, seed = 0) {
  try {
    return parseClusterFile(content, options);
  } catch (error) {
    expect(error, `seed ${seed}`).toBeInstanceOf(ConfigError);
    return undefined;
  }
}

function plain(values: Readonly<Record<string, { readonly value: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));
}
