import { inspect, stripVTControlCharacters } from 'node:util';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { hint, type Hint } from '@nomadctl/base/hint/hint';
import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import { reasonOf } from '@nomadctl/base/reason';
import { symbolsFor } from './symbols.js';
import type { Style } from './ui.js';

export interface ErrorLook {
  readonly style: Style;
  /** Adds the code, and a stack trace where the failure is ours. */
  readonly verbose: boolean;
  readonly ascii?: boolean;
  /** The command that failed, for the hint. */
  readonly given?: GivenCommand | undefined;
}

const BUG = 70;
const INTERRUPTED = 130;

/** What a failure comes to, whatever was thrown. */
interface Failure {
  readonly mark: 'failed' | 'interrupted';
  readonly message: string;
  readonly code: string;
  readonly exitCode: number;
  readonly why: readonly string[];
  readonly next: Hint | undefined;
  readonly log: string | undefined;
  readonly stack?: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Three parts: what happened, why, what to do. No trailing newline. The caller takes secrets out. */
export function renderError(error: unknown, { style, verbose, ascii = false, given }: ErrorLook): string {
  const failure = failureOf(error);
  const mark = symbolsFor(ascii).mark[failure.mark];
  const painted = failure.mark === 'failed' ? style.bad(mark) : style.warn(mark);
  return [
    `${painted} ${style.bold(failure.message)}`,
    ...part('why', failure.why, style),
    ...part('log', failure.log ? [failure.log] : [], style),
    ...part('code', verbose ? [failure.code] : [], style),
    ...part('next', failure.next ? [renderHint(failure.next, given)] : [], style),
    ...(verbose && failure.stack ? ['', style.dim(failure.stack)] : []),
  ].join('\n');
}

/** The same for `--json`. */
export function errorDocument(error: unknown, given?: GivenCommand): { readonly error: Readonly<Record<string, unknown>> } {
  const { code, message, why, next, exitCode, log, details } = failureOf(error);
  return {
    error: {
      code,
      message,
      why,
      ...(next ? { next: renderHint(next, given) } : {}),
      exitCode,
      ...(log ? { log } : {}),
      ...(details ? { details } : {}),
    },
  };
}

export function exitCodeOf(error: unknown): number {
  return failureOf(error).exitCode;
}

function failureOf(error: unknown): Failure {
  if (error instanceof NomadctlError) return known(error);
  if (isAbort(error))
    return {
      mark: 'interrupted',
      message: 'Interrupted',
      code: 'interrupted',
      exitCode: INTERRUPTED,
      why: [],
      next: undefined,
      log: undefined,
    };
  return bug(error, undefined);
}

function known(error: NomadctlError): Failure {
  const { code, exitCode, next, during, details } = error;
  if (exitCode === BUG) return bug(error.cause ?? error, during);
  const soft = isAbort(error);
  const what = clean(error.message);
  return {
    mark: soft ? 'interrupted' : 'failed',
    message: during && !soft ? `${during.title} failed: ${what}` : what,
    code,
    exitCode,
    why: error.why
      .flatMap((line) => line.split('\n'))
      .map(clean)
      .filter((line) => line !== ''),
    next,
    log: during?.log,
    details,
  };
}

function bug(error: unknown, during: NomadctlError['during']): Failure {
  return {
    mark: 'failed',
    message: `Sorry, nomadctl itself failed${during ? ` while "${during.title}"` : ''}: ${clean(reasonOf(error)).split('\n')[0] ?? ''}`,
    code: 'bug',
    exitCode: BUG,
    why: ['this is a bug in nomadctl, not something that you did; the same command may be run again'],
    next: hint`report it with the output of the same command and --verbose${during?.log ? ', and the log' : ''}`,
    log: during?.log,
    stack: inspect(error, { colors: false }),
  };
}

const LABEL_COLUMNS = 6;

function part(label: string, lines: readonly string[], style: Style): string[] {
  return lines.map((line, index) => `  ${index === 0 ? style.dim(label.padEnd(LABEL_COLUMNS)) : ' '.repeat(LABEL_COLUMNS)}${line}`);
}

/** Programs' last words may hold sequences that move the cursor. */
function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r', '').trimEnd();
}
