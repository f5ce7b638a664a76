import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { anySignal, forManyCalls, withinTime } from '../../src/signals/any-signal.js';

const MANY = 200;

/** What Node warns of while as many wait on a signal, and how many listeners stay when they have ended. */
async function waits(signal: AbortSignal): Promise<{ warnings: string[]; left: number }> {
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  await Promise.all(Array.from({ length: MANY }, () => delay(20, undefined, { signal })));
  await delay(20);
  return { warnings, left: getEventListeners(signal, 'abort').length };
}

test('Node takes many waits on a signal of its own for a leak', async () => {
  const signal = AbortSignal.any([new AbortController().signal]);
  expect(await waits(signal)).toEqual({ warnings: ['MaxListenersExceededWarning'], left: 0 });
});

test.each([
  ['of any', () => anySignal(new AbortController().signal, new AbortController().signal)],
  ['with an end in time', () => withinTime(new AbortController().signal, 60_000)],
  ['of a command', () => forManyCalls(new AbortController().signal)],
])('many wait on one %s without a word', async (_name, make) => {
  expect(await waits(make())).toEqual({ warnings: [], left: 0 });
});

test('it aborts with the first, and with its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const signal = anySignal(one.signal, other.signal);
  other.abort(new Error('enough'));
  expect(signal.reason).toEqual(new Error('enough'));
});

test('it aborts when the time is up', async () => {
  const signal = withinTime(new AbortController().signal, 5);
  await expect(delay(5000, undefined, { signal })).rejects.toMatchObject({ name: 'AbortError' });
});
