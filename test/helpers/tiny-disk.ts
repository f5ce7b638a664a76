import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempHome } from './temp-home.js';

/** Only root may mount; elsewhere the tests of full disks are skipped by name. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

/** A file system of 64 KiB of the test's own. */
export async function tinyDisk(): Promise<{ readonly path: string; makeReadOnly(): void }> {
  const path = join(await tempHome(), 'disk');
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'nomadctl-test', path]);
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
  return { path, makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]) };
}

function tryMount(): boolean {
  try {
    // Its own mount namespace: nothing is left, whatever happens.
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'nomadctl-test', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
