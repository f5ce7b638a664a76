import { execFile } from 'node:child_process';

/** Runs a program of this computer without a shell and returns what it wrote to stdout. @throws CommandError */
export type RunCommand = (program: string, args: readonly string[], options?: RunOptions) => Promise<string>;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Given to the program on stdin. */
  readonly input?: string | Buffer;
  /** Default: a minute. */
  readonly timeoutMs?: number;
}

/** A program failed, was missing, or took too long. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** Undefined when it did not end by itself. */
    readonly exitCode: number | undefined,
    readonly stderr: string,
  ) {
    super(message);
  }
}

const MINUTE = 60_000;
const LONGEST_OUTPUT = 4 * 1024 * 1024;
const TAIL = 600;

export const runCommand: RunCommand = (program, args, { signal, input, timeoutMs = MINUTE } = {}) =>
  new Promise((resolve, reject) => {
    const options = { signal, timeout: timeoutMs, maxBuffer: LONGEST_OUTPUT, killSignal: 'SIGKILL' as const };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(signal?.aborted ? error : explain(error, { program, args, stderr }));
    });
    // A program that ends without reading its input is told by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

interface Failed {
  readonly program: string;
  readonly args: readonly string[];
  readonly stderr: string;
}

function explain(error: Error & { code?: unknown; killed?: boolean }, { program, args, stderr }: Failed): CommandError {
  const exitCode = typeof error.code === 'number' ? error.code : undefined;
  const tail = stderr.trim().slice(-TAIL);
  const how =
    exitCode === undefined
      ? error.killed
        ? 'took too long'
        : `could not be run (${String(error.code)})`
      : `failed (exit code ${exitCode})`;
  return new CommandError(`${[program, ...args].join(' ').slice(0, 300)} ${how}${tail === '' ? '' : `: ${tail}`}`, exitCode, stderr);
}
