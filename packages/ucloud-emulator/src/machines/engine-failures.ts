import { NomadctlError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { EngineError } from './engine.js';

/** For `catch`: the engine answers 404 for what does not exist, which becomes undefined. Any other failure is thrown again. */
export function absent(error: unknown): undefined {
  if (error instanceof EngineError && error.status === 404) return undefined;
  throw error;
}

/** The engine could not be reached. Nothing is known about what it runs, so nothing there has failed. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof EngineError && error.status === 0;
}

/** What failed, and why, in one line for people who read /_emulator/machines. */
export function failureOf(error: unknown): string {
  if (!(error instanceof NomadctlError)) return reasonOf(error);
  return [error.message, ...error.why].join(': ');
}
