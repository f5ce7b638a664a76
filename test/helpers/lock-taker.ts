import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { buildFixture, type BuiltFixture } from './build-fixture.js';
import { tempHome } from './temp-home.js';

export interface Taker {
  readonly child: ChildProcess;
  /** The first line that it says. */
  readonly outcome: Promise<string>;
}

export interface Takers {
  /** A process of its own that takes the lock at a time, and holds it. */
  start(path: string, options?: { readonly at?: number; readonly holdMs?: number }): Taker;
  /** A lock whose owner is dead, left by a real process. */
  leaveStale(path: string): Promise<void>;
}

export const lockFile = async (): Promise<string> => join(await tempHome(), 'dev', 'lock');

/** Processes that take locks, for all tests of a file. */
export function lockTakers(): Takers {
  let built: BuiltFixture;
  beforeAll(async () => {
    built = await buildFixture('lock-taker');
  });
  afterAll(() => built.remove());

  const start: Takers['start'] = (path, { at = 0, holdMs = 60_000 } = {}) => {
    const child = spawn(process.execPath, [built.path, path, String(at), String(holdMs)], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, outcome: once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()) };
  };
  return {
    start,
    async leaveStale(path) {
      const { child, outcome } = start(path);
      expect(await outcome).toBe('held');
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
