import { existsSync, readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandEntry } from '../../src/commands/command.js';
import { commands } from '../../src/commands/index.js';
import { globalFlags } from '../../src/cli/global-flags.js';
import { processesUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { openLab } from '../helpers/lab.js';

/** Real words and flags, mixed with each other and with garbage, in a home where no cluster can come up. */
const SEED = Number(process.env['NOMADCTL_FUZZ_SEED'] ?? 20261121);
const RUNS = Number(process.env['NOMADCTL_FUZZ_RUNS'] ?? 120);
const SIDE_BY_SIDE = 3;
const EXPECTED_CODES = [0, 1, 2, 3, 4, 5, 10, 130];

const GARBAGE = [
  '',
  '-',
  '--',
  '---',
  '-x',
  '--nosuch',
  '=',
  '--=',
  '--json=maybe',
  '0',
  '-1',
  '1e9',
  'NaN',
  'null',
  'ünï',
  '💥',
  'a b',
  '../..',
  '/',
  '/dev/null',
  '.',
  '*',
  '$(id)',
  '%s',
  '{{x}}',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  '\u001b[31m',
  'a=b',
  'key=',
  '=value',
];
const WORDS = ['dev', 'server-1', 'client-1', 'redis', 'consul', 'nomad', 'clients', 'servers', 'bash', '3', 'true', 'start-consul'];
/** What goes on until Ctrl-C, and what asks the system's package manager. */
const LEFT_OUT = /^(--watch|-w|--follow|-f|--fix)$/;
const ENVIRONMENTS = [
  {},
  { NOMADCTL_CLUSTER: '../../etc' },
  { NOMADCTL_SERVERS: 'many' },
  { NOMADCTL_TARGET: 'moon' },
  { CI: '1' },
  { LANG: 'C', TERM: 'dumb' },
  { FORCE_COLOR: '1' },
];

interface Vocabulary {
  readonly path: readonly string[];
  readonly flags: readonly string[];
}

async function vocabularyOf(entries: readonly CommandEntry[], path: readonly string[] = []): Promise<Vocabulary[]> {
  const found = await Promise.all(
    entries.map(async ({ name, load }): Promise<Vocabulary[]> => {
      const { command } = await load();
      if ('commands' in command) return vocabularyOf(command.commands, [...path, name]);
      const flags = [...(command.flags ?? []), ...globalFlags].flatMap(({ flag }) =>
        flag.split(/[ ,]+/).filter((word) => word.startsWith('-')),
      );
      return [{ path: [...path, name], flags: flags.filter((flag) => !LEFT_OUT.test(flag)) }];
    }),
  );
  return found.flat();
}

test(
  `${RUNS} command lines of real and wrong words: an exit code that means something, no stack, at once`,
  { timeout: 240_000 },
  async () => {
    const lab = openLab();
    onTestFinished(() => lab.end());
    // These serve until Ctrl-C.
    const all = (await vocabularyOf(commands)).filter(({ path }) => !['emulator', 'mirror serve'].includes(path.join(' ')));
    const random = randomFrom(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const line = (): string[] => {
      const { path, flags } = pick(all);
      const tail = Array.from({ length: Math.floor(random() * 5) }, () => pick(random() < 0.45 ? flags : random() < 0.5 ? GARBAGE : WORDS));
      const argv = [...path, ...tail];
      // Now and then the words in another order, or one left out.
      if (random() < 0.15) argv.sort(() => random() - 0.5);
      if (random() < 0.1) argv.shift();
      return argv.filter((word) => !LEFT_OUT.test(word));
    };
    const lines = Array.from({ length: RUNS }, () => ({ argv: line(), env: pick(ENVIRONMENTS) }));
    const problems: string[] = [];
    const check = async ({ argv, env }: (typeof lines)[number]): Promise<void> => {
      // Without programs, and with nobody to get them from.
      const nothing = { PATH: '/nowhere', NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9', GOPROXY: 'off' };
      const { code, stderr, stdout, ms } = await lab.run(argv, { env: { ...nothing, ...env }, timeoutMs: 20_000 });
      const isVerbose = argv.includes('--verbose') || argv.includes('-v');
      const wrong = [
        ...(EXPECTED_CODES.includes(code) ? [] : [`exit ${code}`]),
        ...(isVerbose || !/^ +at .+:\d+/m.test(stderr) ? [] : ['a stack']),
        ...(ms < 5000 ? [] : [`took ${ms} ms`]),
        ...(code === 0 || stderr.trim() !== '' || stdout.trim() !== '' ? [] : ['silent failure']),
        ...(argv.includes('--json') && !argv.includes('--help') && !argv.includes('-h') && code !== 0 && !isJson(stdout)
          ? ['no JSON']
          : []),
      ];
      if (wrong.length > 0)
        problems.push(`${JSON.stringify(argv).slice(0, 300)} ${JSON.stringify(env)}: ${wrong.join(', ')}\n${stderr.slice(0, 600)}`);
    };
    for (let at = 0; at < lines.length; at += SIDE_BY_SIDE) await Promise.all(lines.slice(at, at + SIDE_BY_SIDE).map(check));
    expect(problems, `seed ${SEED}`).toEqual([]);
    // No cluster, and nothing outside the home.
    const clusters = lab.paths('x').dir.replace(/\/x$/, '');
    for (const name of existsSync(clusters) ? readdirSync(clusters) : []) expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(processesUnder(lab.home)).toEqual([]);
  },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
