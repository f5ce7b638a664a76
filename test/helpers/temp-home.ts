import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder of the running test's own, removed when the test ends, also while a program that ends still writes there. */
export async function tempHome(): Promise<string> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'nomadctl-test-')));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return home;
}
