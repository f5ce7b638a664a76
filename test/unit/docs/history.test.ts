import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const examples = [
  ...readFileSync(new URL('../../../CONTRIBUTING.md', import.meta.url), 'utf8').matchAll(/`(git (?:log|show) [^`]+)`/g),
].map(([, line = '']) => line);

function sh(line: string): string {
  return execFileSync('sh', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
}

/** A package, an archive or a shallow clone has no history to look into. */
function hasHistory(): boolean {
  try {
    return sh('git rev-parse --is-shallow-repository').trim() === 'false';
  } catch {
    return false;
  }
}

test('CONTRIBUTING has examples in history', () => expect(examples.length).toBeGreaterThan(3));

test.skipIf(!hasHistory()).each(examples)('%s shows a commit (needs the whole history)', (line) => {
  expect(sh(line)).toMatch(/^commit [0-9a-f]{40}\n[^]+\d+ files? changed/);
});
