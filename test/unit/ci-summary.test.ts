import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempHome } from '../helpers/temp-home.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('failed tests are named with the beginning of their errors, and the last line counts', async () => {
  const { status, lines } = await summary({
    success: false,
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [
      {
        name: join(ROOT, 'test/a.test.ts'),
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'holds' },
          { status: 'failed', fullName: 'does not hold', failureMessages: ['AssertionError: \u001B[31mexpected 1\u001B[39m\n    at x'] },
        ],
      },
      { name: join(ROOT, 'test/b.test.ts'), status: 'failed', message: 'SyntaxError: y', assertionResults: [] },
    ],
  });
  expect(status).toBe(1);
  expect(lines).toEqual([
    'Failed: test/a.test.ts: does not hold',
    '  AssertionError: expected 1',
    '      at x',
    'Failed: test/b.test.ts',
    '  SyntaxError: y',
    '3 passed, 2 failed, 2 skipped',
  ]);
});

test('a run without a report has failed', async () => {
  const { status, lines } = await summary(undefined);
  expect(status).toBe(1);
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
});

async function summary(report: unknown): Promise<{ status: number | null; lines: string[] }> {
  const file = join(await tempHome(), 'report.json');
  if (report !== undefined) writeFileSync(file, JSON.stringify(report));
  const { status, stdout } = spawnSync(process.execPath, ['scripts/ci-summary.mjs', file], { cwd: ROOT, encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}
