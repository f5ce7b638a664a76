import releases from '../../toolchain/releases.json' with { type: 'json' };
import { AbortError, ToolError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** How a child process comes to its end, and what is said of one that failed. */

export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

export function abortOf(signal: AbortSignal, file: string): unknown {
  return signal.reason instanceof Error ? signal.reason : new AbortError(`${file} was interrupted`, 130);
}

export interface Call {
  readonly file: string;
  readonly argv: readonly string[];
}

export function notFound(file: string, path = 'PATH'): ToolError {
  return new ToolError(`${file} was not found`, {
    code: 'tool-not-found',
    why: `no program of that name in ${path}`,
    next: file in releases.tools ? nomadctl`tools install ${file}` : nomadctl`doctor`,
  });
}

export function toolError(
  { file, argv }: Call,
  { how, code }: { how: string; code: string },
  said: { stdout?: unknown; stderr?: unknown },
): ToolError {
  const lines = `${String(said.stderr ?? '')}\n${String(said.stdout ?? '')}`.trim().split('\n').filter(Boolean);
  return new ToolError(`${[file, ...argv.slice(0, 2)].join(' ')} ${how}`, { code, why: lines.slice(-12), details: { file, argv } });
}
