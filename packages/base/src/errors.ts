import type { Hint } from './hint/hint.js';

/**
 * Every failure that nomadctl expects. An error says what happened (`message`, one sentence with the offending value in
 * it, no full stop), why (`why`, or the message of `cause`) and what to do (`next`, one line, a command where there is one).
 * Nothing here prints or colours: `ui/errors.ts` does.
 */
export interface ErrorParts {
  /** Stable word, such as `lock-held`: shown by `--verbose` and in JSON, so that a message may be translated. */
  readonly code: string;
  /** The reason underneath: one line, or the last lines of what a program said. */
  readonly why?: string | readonly string[] | undefined;
  /** The one thing to do next. */
  readonly next?: Hint | undefined;
  readonly cause?: unknown;
  /** Machine-readable facts for `--json`. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export abstract class NomadctlError extends Error {
  abstract readonly exitCode: number;
  readonly code: string;
  readonly why: readonly string[];
  /** The engine gives one to the failure of a step that has none. */
  next: Hint | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** The step that was running and the folder of its logs; set by the engine. */
  during: { readonly title: string; readonly log: string | undefined } | undefined;

  constructor(message: string, parts: ErrorParts) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.code = parts.code;
    this.next = parts.next;
    this.details = parts.details;
    const why = parts.why ?? (parts.cause instanceof Error ? parts.cause.message : []);
    this.why = typeof why === 'string' ? [why] : why;
  }
}

/** The command line is wrong. */
export class UsageError extends NomadctlError {
  readonly exitCode = 2;
}

/** A file that the user wrote, or that nomadctl keeps, is wrong. `why` lists every problem. */
export class ConfigError extends NomadctlError {
  readonly exitCode = 2;
}

/** A program, permission, port or quota is missing. */
export class PrerequisiteError extends NomadctlError {
  readonly exitCode = 3;
}

/** A program refused or failed. */
export class ToolError extends NomadctlError {
  readonly exitCode = 1;
}

/** A service answered no, or did not answer. */
export class ApiError extends NomadctlError {
  readonly exitCode = 1;
}

/** What was asked for ran, and did not come out well: an unhealthy deployment, a failed check, a wait that ran out. */
export class OutcomeError extends NomadctlError {
  readonly exitCode = 1;
}

/** A question would have to be asked and there is nobody to ask. Names every missing flag. */
export class AnswerNeededError extends NomadctlError {
  readonly exitCode = 4;
}

/** Another run holds the cluster. */
export class LockedError extends NomadctlError {
  readonly exitCode = 5;
}

/** Another run has, or may have, the cluster that this run was changing: it has ended in the middle. */
export class LockLostError extends NomadctlError {
  readonly exitCode = 6;
}

/** Our bug, met while a step ran: wraps what was thrown, so that the step and its log are known. */
export class BugError extends NomadctlError {
  readonly exitCode = 70;
}

/** The user said no (exit 1), or a signal came (exit 130). Printed softly: one line, no stack. */
export class AbortError extends NomadctlError {
  constructor(
    message: string,
    readonly exitCode: 1 | 130,
    parts: Partial<ErrorParts> = {},
  ) {
    super(message, { code: exitCode === 130 ? 'interrupted' : 'declined', ...parts });
  }
}

/** True for the rejection of anything that was given an aborted signal: ours, or the platform's own AbortError. */
export function isAbort(error: unknown): boolean {
  return error instanceof AbortError || (error instanceof Error && error.name === 'AbortError');
}
