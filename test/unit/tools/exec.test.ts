import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AbortError } from '../../../packages/base/src/errors.js';
import { createExec } from '../../../src/tools/exec.js';
import { tempHome } from '../../helpers/temp-home.js';

const exec = createExec(process.env);

test('what prints more than anybody keeps is handed on line by line, and ends when it is told to', async () => {
  const stop = new AbortController();
  let bytes = 0;
  const onLine = (line: string): void => {
    bytes += line.length + 1;
    // More than the ten megabytes that a kept output may have.
    if (bytes > 12_000_000) stop.abort(new AbortError('enough', 130));
  };
  const running = exec.run('yes', ['x'.repeat(1000)], { signal: stop.signal, onLine, keepOutput: false });
  await expect(running).rejects.toMatchObject({ message: 'enough' });
  expect(bytes).toBeGreaterThan(12_000_000);
});

test('a program that fails without its output kept still says how it ended', async () => {
  const lines: string[] = [];
  const running = exec.run('sh', ['-c', 'echo here; exit 3'], { keepOutput: false, onLine: (line) => void lines.push(line) });
  await expect(running).rejects.toMatchObject({ code: 'tool-failed', message: expect.stringContaining('exited with 3') });
  expect(lines).toEqual(['here']);
});

test('what writes secrets writes them for its user alone, and leaves our own umask as it was', async () => {
  const folder = await tempHome();
  const before = process.umask();
  const write = (name: string) => ['-c', `echo secret > ${name}`];
  await exec.run('sh', write('hidden'), { cwd: folder, writesSecrets: true });
  await exec.run('sh', write('open'), { cwd: folder });
  expect(process.umask()).toBe(before);
  const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;
  expect([mode('hidden'), mode('open')]).toEqual([0o600, 0o666 & ~before]);
});
