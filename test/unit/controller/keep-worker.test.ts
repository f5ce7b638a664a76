import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { keepWorker } from '../../../src/controller/keep-worker.js';
import { createTestContext } from '../../helpers/test-context.js';

const worker = fileURLToPath(new URL('../../fixtures/worker.mjs', import.meta.url));

it('a worker that is killed is started anew; at the end it is interrupted once, and waited for', async () => {
  const end = new AbortController();
  const { exec, clock } = await createTestContext();
  const lines: string[] = [];
  const ends: unknown[] = [];
  const keeping = keepWorker(
    { exec, clock, signal: end.signal },
    { file: process.execPath, argv: [worker], onLine: (line) => lines.push(line), onEnd: (error) => ends.push(error) },
  );
  await expect.poll(() => lines).toHaveLength(1);
  const pid = Number(lines[0]?.split(' ')[1]);
  // In a group of its own: a Ctrl-C at the terminal does not reach it.
  expect(process.kill(-pid, 0)).toBe(true);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => lines).toHaveLength(2);
  expect(ends).toHaveLength(1);
  end.abort(new Error('the test ends'));
  await keeping;
  expect(lines.filter((line) => line === 'interrupted')).toHaveLength(1);
  expect(() => process.kill(Number(lines[1]?.split(' ')[1]), 0)).toThrow('ESRCH');
  expect(ends).toHaveLength(1);
});
