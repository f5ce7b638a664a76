import { describe, expect, test } from 'vitest';
import { chooseMode, type Surroundings } from '../../../src/ui/choose-mode.js';

const terminals = { stdoutIsTty: true, stderrIsTty: true, stdinIsTty: true };
const choose = (changes: Partial<Surroundings> = {}) => chooseMode({ env: { TERM: 'xterm' }, flags: {}, ...terminals, ...changes });

describe('mode and questions', () => {
  test('a person at a terminal gets the live list and is asked', () => {
    expect(choose()).toEqual({
      mode: 'terminal',
      quiet: false,
      verbose: false,
      color: { stdout: true, stderr: true },
      ascii: false,
      canAsk: true,
    });
  });

  test.each<[string, Partial<Surroundings>, { mode: string; canAsk: boolean }]>([
    ['--json', { flags: { json: true } }, { mode: 'json', canAsk: false }],
    ['--yes', { flags: { yes: true } }, { mode: 'plain', canAsk: false }],
    ['--quiet', { flags: { quiet: true } }, { mode: 'plain', canAsk: true }],
    ['CI=true', { env: { CI: 'true' } }, { mode: 'plain', canAsk: false }],
    ['CI=1', { env: { CI: '1' } }, { mode: 'plain', canAsk: false }],
    ['CI=false', { env: { CI: 'false' } }, { mode: 'terminal', canAsk: true }],
    ['CI=', { env: { CI: '' } }, { mode: 'terminal', canAsk: true }],
    ['TERM=dumb', { env: { TERM: 'dumb' } }, { mode: 'plain', canAsk: false }],
    ['standard error piped', { stderrIsTty: false }, { mode: 'plain', canAsk: false }],
    ['standard input piped', { stdinIsTty: false }, { mode: 'terminal', canAsk: false }],
    ['standard output piped', { stdoutIsTty: undefined }, { mode: 'terminal', canAsk: true }],
  ])('%s', (_name, changes, wanted) => {
    const { mode, canAsk } = choose(changes);
    expect({ mode, canAsk }).toEqual(wanted);
  });
});

describe('colour', () => {
  test.each<[string, Partial<Surroundings>, { stdout: boolean; stderr: boolean }]>([
    ['results piped away', { stdoutIsTty: false }, { stdout: false, stderr: true }],
    ['progress piped away', { stderrIsTty: false }, { stdout: true, stderr: false }],
    ['NO_COLOR=1', { env: { NO_COLOR: '1' } }, { stdout: false, stderr: false }],
    ['NO_COLOR empty', { env: { NO_COLOR: '' } }, { stdout: true, stderr: true }],
    ['NO_COLOR over FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, { stdout: false, stderr: false }],
    ['FORCE_COLOR in a pipe', { env: { FORCE_COLOR: '1' }, stdoutIsTty: false, stderrIsTty: false }, { stdout: true, stderr: true }],
    ['FORCE_COLOR empty, as supports-color reads it', { env: { FORCE_COLOR: '' }, stdoutIsTty: false }, { stdout: true, stderr: true }],
    ['FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, { stdout: false, stderr: false }],
    ['--no-color over FORCE_COLOR', { env: { FORCE_COLOR: '1' }, flags: { noColor: true } }, { stdout: false, stderr: false }],
    ['--json', { flags: { json: true } }, { stdout: false, stderr: false }],
    ['TERM=dumb', { env: { TERM: 'dumb' } }, { stdout: false, stderr: false }],
  ])('%s', (_name, changes, wanted) => {
    expect(choose(changes).color).toEqual(wanted);
  });
});

test.each([
  [{}, false],
  [{ LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'C.utf8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
  [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, false],
  [{ LANG: 'C.UTF-8', LC_CTYPE: 'POSIX' }, true],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, true],
])('%o is ASCII: %s', (env, ascii) => {
  expect(choose({ env }).ascii).toBe(ascii);
});
