import { EngineError } from './engine.js';

/** For `catch`: what is not there is nothing, other failures stay. */
export function absent(error: unknown): undefined {
  if (error instanceof EngineError && error.status === 404) return undefined;
  throw error;
}

/** The engine is not there just now: nothing is known, and nothing has failed. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof EngineError && error.status === 0;
}
