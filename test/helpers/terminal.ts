import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { keepHints } from './printed-hints.js';
import { tempHome } from './temp-home.js';

export interface TerminalRequest {
  readonly argv: readonly string[];
  /** The program's whole environment, beside PATH, TERM and a UTF-8 locale. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

/** A real terminal of the test's own (tmux on a private socket), with one program in it. */
export interface Terminal {
  /** Types text as a person would. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `C-c`, `Down`, `Space`. */
  press(...keys: string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** What can be seen, without trailing empty lines. */
  screen(): Promise<string>;
  /** The same with what has scrolled away, and long lines joined again. */
  everything(): Promise<string>;
  /** The escape sequences included. */
  colored(): Promise<string>;
  /** Waits until the screen shows it; fails with the screen after `withinMs` (default 10 s). */
  waitFor(wanted: string | RegExp, withinMs?: number): Promise<string>;
  isCursorShown(): Promise<boolean>;
  /** Process id of the program. */
  pid(): Promise<number>;
  /** Waits for the program to end. A signal counts as 128 plus its number. */
  exitCode(withinMs?: number): Promise<number>;
  /** Closes the terminal under the program, as a person closes a window. */
  close(): Promise<void>;
}

const run = promisify(execFile);
const CONFIG = [
  'set -g remain-on-exit on',
  'set -g status off',
  'set -g history-limit 5000',
  'set -g default-terminal screen-256color',
  'set -s escape-time 0',
];
const POLL_MS = 40;
/**
 * Runs the program as the terminal's foreground, keeps its process id and exit code (tmux 3.3 loses some), and stays, so
 * that the terminal can be looked at as the program left it.
 */
const WRAPPER = `trap : INT TERM HUP QUIT; sh -c 'echo $$ >"$0"; exec "$@"' "$0/pid" "$@"; echo $? >"$0/status.new"; mv "$0/status.new" "$0/status"; exec cat`;

/** Starts a program on a terminal. The terminal and the program go when the test ends. Needs `requireTool('tmux')`. */
export async function startTerminal({ argv, env = {}, cwd, columns = 80, rows = 24 }: TerminalRequest): Promise<Terminal> {
  const home = await tempHome();
  const socket = randomBytes(4).toString('hex');
  const config = join(home, 'tmux.conf');
  await writeFile(config, `${CONFIG.join('\n')}\n`);
  const own = {
    PATH: process.env['PATH'] ?? '',
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    HOME: home,
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    // tmux leaves its socket behind; this one goes with the folder.
    TMUX_TMPDIR: home,
    ...env,
  };
  const tmux = async (...words: string[]): Promise<string> =>
    (await run('tmux', ['-u', '-L', socket, '-f', config, ...words], { env: own })).stdout;
  const size = ['-x', String(columns), '-y', String(rows)];
  // tmux sets TERM itself, and a test may want another one.
  const program = env['TERM'] ? ['env', `TERM=${env['TERM']}`, ...argv] : argv;
  await tmux('new-session', '-d', ...size, ...(cwd ? ['-c', cwd] : []), '--', 'sh', '-c', WRAPPER, home, ...program);

  const capture = async (...flags: string[]): Promise<string> =>
    (await tmux('capture-pane', '-p', ...flags))
      .replace(/\s+$/, '')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
  onTestFinished(async () => {
    const said = await capture('-S', '-', '-J').catch(() => '');
    if (/nomadctl\.js$/.test(argv[1] ?? '')) keepHints({ argv: argv.slice(2), stdout: said, stderr: '' });
    await tmux('kill-server').catch(() => undefined);
  });
  const ask = async (format: string): Promise<string> => (await tmux('display-message', '-p', format)).trim();
  const until = async <T>(look: () => Promise<T | undefined>, withinMs: number, wanted: string): Promise<T> => {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`after ${withinMs} ms no ${wanted}; the screen:\n${await capture()}`);
      await sleep(POLL_MS);
    }
  };
  return {
    type: async (text) => void (await tmux('send-keys', '-l', '--', text)),
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    resize: async (x, y) => void (await tmux('resize-window', '-x', String(x), '-y', String(y))),
    screen: () => capture(),
    everything: () => capture('-S', '-', '-J'),
    colored: () => capture('-e'),
    waitFor(wanted, withinMs = 10_000) {
      const look = async (): Promise<string | undefined> => {
        const screen = await capture();
        return (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) ? screen : undefined;
      };
      return until(look, withinMs, String(wanted));
    },
    isCursorShown: async () => (await ask('#{cursor_flag}')) === '1',
    pid: () => until(() => numberIn(join(home, 'pid')), 5000, 'start of the program'),
    exitCode: (withinMs = 10_000) => until(() => numberIn(join(home, 'status')), withinMs, 'end of the program'),
    close: async () => void (await tmux('kill-server')),
  };
}

async function numberIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : Number(text);
}
