import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { identify, identityFromStat, isAlive } from '../src/process-identity.js';

test('a process is alive under its own identity only', async () => {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identify(child.pid ?? 0);
  expect(identity).toMatchObject({ pid: child.pid });
  if (!identity) return;
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, started: `${identity.started}0` })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identify(identity.pid)).toBeUndefined();
});

test('the same process has the same identity each time', () => {
  expect(identify(process.pid)).toEqual(identify(process.pid));
});

test.each([0, -1, 2 ** 22 + 1])('there is no process %i', (pid) => {
  expect(identify(pid)).toBeUndefined();
});

const rest = Array.from({ length: 40 }, (_, index) => String(index + 4)).join(' ');

test.each([
  ['sleep', '100 (sleep) S ', 'boot/22'],
  ['spaces and parentheses', '100 (a) S (b c) S ', 'boot/22'],
  ['a name that looks like a state', '100 () Z) R ', 'boot/22'],
])('a name of %s does not shift the start time', (_name, head, started) => {
  expect(identityFromStat(`${head}${rest}`, 'boot')).toEqual({ pid: 100, started });
});

test.each(['Z', 'X'])('a process in state %s is gone', (state) => {
  expect(identityFromStat(`100 (sleep) ${state} ${rest}`, 'boot')).toBeUndefined();
});

test('nonsense is no process', () => {
  for (const line of ['', 'x', '100', '100 (sleep) S 1 2']) expect(identityFromStat(line, 'boot')).toBeUndefined();
});
