import { expect, test } from 'vitest';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { EngineError } from '../../../../src/machines/engine.js';
import { attempts } from '../../../../src/machines/reconcile/attempts.js';

function attempting() {
  const stopping = new AbortController();
  const noted: (readonly [string, string | undefined])[] = [];
  const bugs: unknown[] = [];
  let retries = 0;
  const attempt = attempts({
    note: (subject, problem) => void noted.push([subject, problem]),
    onBug: (error) => void bugs.push(error),
    ending: stopping.signal,
    retry: () => void retries++,
    delay: 1,
  });
  return { attempt, stopping, noted, bugs, retries: () => retries };
}

test('what succeeds is neither noted nor done again', async () => {
  const { attempt, noted, retries } = attempting();
  expect(await attempt('uhost-1', () => Promise.resolve())).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([noted, retries()]).toEqual([[], 0]);
});

test('what fails is noted with its reason, and asked for again', async () => {
  const { attempt, noted, bugs, retries } = attempting();
  const engine = new EngineError(500, 'the engine said no');
  const missing = new PrerequisiteError('No iptables', { code: 'x', why: 'it is not installed' });
  expect(await attempt('uhost-1', () => Promise.reject(engine))).toBe(false);
  expect(await attempt('network', () => Promise.reject(missing))).toBe(false);
  expect(noted).toEqual([
    ['uhost-1', 'the engine said no'],
    ['network', 'No iptables: it is not installed'],
  ]);
  await expect.poll(retries).toBe(2);
  expect(bugs).toEqual([]);
});

test('any other error is a bug, and is asked for again all the same', async () => {
  const { attempt, bugs, retries } = attempting();
  const bug = new TypeError('undefined is no function');
  expect(await attempt('uhost-1', () => Promise.reject(bug))).toBe(false);
  expect(bugs).toEqual([bug]);
  await expect.poll(retries).toBe(1);
});

test('what fails because the emulator ends leaves no trace', async () => {
  const { attempt, stopping, noted, bugs, retries } = attempting();
  stopping.abort();
  expect(await attempt('uhost-1', () => Promise.reject(new Error('cut short')))).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([noted, bugs, retries()]).toEqual([[], [], 0]);
});
