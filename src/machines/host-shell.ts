import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { openDocument } from '@nomadctl/base/secret/open-document';
import { Secret, type SecretDocument } from '@nomadctl/base/secret/secret';
import { shellWord } from '@nomadctl/base/shell-word';
import { connectionFailure } from './connection-failure.js';

/** A file of a host. */
export interface HostFile {
  readonly path: string;
  /** In octal: `0640`. */
  readonly mode: string;
  /** `user:group` */
  readonly owner: string;
  /** Text as it is, anything else as JSON with the secrets in it opened. */
  readonly content: SecretDocument;
}

/** A shell on a host, over one connection that carries everything. */
export interface HostShell {
  /**
   * Runs a script (bash, `set -euo pipefail`) without input, and returns what it wrote to both streams.
   * @param what says what it does, for a failure: "checking the configurations"
   * @param secrets variables of the shell, which no program that it starts finds in its environment
   * @throws OutcomeError `host-script-failed`, `host-timeout`, or what `connectionFailure` makes
   */
  run(what: string, script: string, secrets?: Readonly<Record<string, Secret>>): Promise<string>;
  /**
   * Writes a file whole or not at all: under another name beside it, with its owner and mode, then renamed. The content goes by
   * the connection's input: it is in no argument. The folder must be there.
   * @returns whether anything is different now
   */
  put(file: HostFile): Promise<boolean>;
  /** Ends the connection. */
  close(): Promise<void>;
}

export interface ShellRequest {
  /** The host's name in the configuration. */
  readonly name: string;
  /** For `ssh -F`. */
  readonly config: string;
  readonly ctx: Pick<Context, 'exec' | 'signal'>;
  /** Of one script, in milliseconds. */
  readonly timeoutMs: number;
}

/** How many lines of what a script wrote a failure shows. */
const LAST_LINES = 12;

/*
 * Whatever is wrong with a file ends the shell: what is left of its content must not be read as commands. `head -c` reads no byte
 * more than it is told, and bash none ahead from what it cannot seek in.
 */
const PRELUDE = `export LC_ALL=C
umask 077
nomadctl_put() {
  local path=$1 mode=$2 owner=$3 size=$4
  local new=$path.nomadctl-new
  head -c "$size" > "$new" || exit 74
  if [ "$(wc -c < "$new")" -ne "$size" ]; then rm -f "$new"; exit 74; fi
  chown "$owner" "$new" && chmod "$mode" "$new" || exit 74
  if cmp -s "$new" "$path" && [ "0$(stat -c '%a %U:%G' "$path")" = "$mode $owner" ]; then rm -f "$new"; echo same; return; fi
  mv -f "$new" "$path" && echo new
}
`;

/** Opens a shell by the system's ssh. That the host does not answer, or is another one, shows with the first that is asked of it. */
export async function openHostShell({ name, config, ...request }: ShellRequest): Promise<HostShell> {
  const argv = ['-F', config, '-T', '-o', 'BatchMode=yes', name, '--', 'exec bash -s'];
  return openShell({ ...request, name, file: 'ssh', argv, next: nomadctl`ssh ${name}` });
}

/** Any program that is a bash reading its input at the other end. */
export interface ShellProgram extends Pick<ShellRequest, 'name' | 'ctx' | 'timeoutMs'> {
  readonly file: string;
  readonly argv: readonly string[];
  /** What comes after a script that failed. */
  readonly next: Hint;
}

/** Opens a shell by a program. What it exits with is taken for ssh's where it is 255. */
export async function openShell({ name, file, argv, next, ctx, timeoutMs }: ShellProgram): Promise<HostShell> {
  const talk = await ctx.exec.converse(file, argv, { cwd: '/', signal: ctx.signal });
  const mark = `nomadctl-${randomBytes(12).toString('hex')}`;
  let prelude = PRELUDE;
  const answer = async (what: string, said: readonly string[]): Promise<string> => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      talk.end();
    }, timeoutMs);
    try {
      talk.say(prelude);
      prelude = '';
      for (const text of said) talk.say(text);
      const lines: string[] = [];
      for (let line = await talk.nextLine(); line !== undefined; line = await talk.nextLine()) {
        if (!line.startsWith(mark)) {
          lines.push(line);
          continue;
        }
        const code = Number(line.slice(mark.length));
        const text = lines.join('\n').trimEnd();
        if (code !== 0) throw scriptFailed({ name, what, how: `exited with ${code}`, next }, text);
        return text;
      }
      ctx.signal.throwIfAborted();
      if (late) throw tooLate({ name, what, next }, timeoutMs);
      const { exitCode, stderr } = await talk.ended;
      // 255 is ssh's own; what the shell itself ends with is the script's.
      if (exitCode === 255 || exitCode === null) throw connectionFailure(name, stderr);
      throw scriptFailed({ name, what, how: `ended the shell with ${exitCode}`, next }, [...lines, stderr].join('\n'));
    } finally {
      clearTimeout(timer);
    }
  };
  const report = `printf '\\n%s %s\\n' ${mark} "$?"\n`;
  return {
    run: (what, script, secrets = {}) => {
      const told = Object.entries(secrets).map(([name, value]) => `${name}=${shellWord(openDocument(value))}\n`);
      return answer(what, ['(\nset -euo pipefail\n', ...told, `${script}\n) < /dev/null 2>&1\n`, report]);
    },
    async put({ path, mode, owner, content }) {
      const text = typeof content === 'string' ? content : Secret.isSecret(content) ? openDocument(content) : `${openDocument(content)}\n`;
      const words = [path, mode, owner, String(Buffer.byteLength(text))].map(shellWord).join(' ');
      return (await answer(`writing ${path}`, [`nomadctl_put ${words} 2>&1\n`, text, report])).endsWith('new');
    },
    async close() {
      talk.hangUp();
      await talk.ended;
    },
  };
}

interface Failure {
  readonly name: string;
  readonly what: string;
  readonly next: Hint;
}

function scriptFailed({ name, what, how, next }: Failure & { readonly how: string }, said: string): OutcomeError {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return new OutcomeError(`${what} failed on ${name}`, {
    code: 'host-script-failed',
    why: [...lines.slice(-LAST_LINES), `(it ${how})`],
    next,
  });
}

function tooLate({ name, what, next }: Failure, timeoutMs: number): OutcomeError {
  return new OutcomeError(`${what} on ${name}: not within ${formatDuration(timeoutMs)}`, {
    code: 'host-timeout',
    why: 'the connection is there, and nothing came back',
    next,
  });
}
