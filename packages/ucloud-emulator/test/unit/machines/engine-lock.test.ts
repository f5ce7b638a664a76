import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectEngine } from '../../../src/machines/engine.js';
import { withEngineLock } from '../../../src/machines/engine-lock.js';
import { engineDouble } from '../../helpers/engine-double.js';

/** An engine that knows containers by name, which is all that the lock needs. */
async function lockEngine(containers = new Map<string, Record<string, string>>()) {
  const engine = connectEngine(
    await engineDouble(({ method, path, query, body }) => {
      if (path.startsWith('/images/')) return { body: {} };
      if (path === '/containers/create') {
        const name = query.get('name') ?? '';
        if (containers.has(name)) return { status: 409, body: { message: 'in use' } };
        containers.set(name, JSON.parse(body).Labels);
        return { status: 201, body: { Id: name } };
      }
      const name = path.split('/')[2] ?? '';
      const Labels = containers.get(name);
      if (!Labels) return undefined;
      if (method === 'DELETE') return (containers.delete(name), { status: 204, body: '' });
      return { body: { Config: { Labels } } };
    }),
  );
  onTestFinished(() => engine.close());
  return { engine, containers };
}

test('two at once: the second waits until the first is done', async () => {
  const { engine, containers } = await lockEngine();
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await delay(50);
    log.push(`${name} ends`);
  };
  let waited = 0;
  const lock = { name: 'lock', onWait: () => void waited++ };
  await Promise.all([withEngineLock(engine, lock, work('one')), withEngineLock(engine, lock, work('other'))]);
  expect(log.map((line) => line.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
  expect([waited, containers.size]).toEqual([1, 0]);
});

test('a lock whose owner is gone is taken; a failure gives it back', async () => {
  const gone = JSON.stringify({ host: hostname(), pid: 1, started: 'another boot' });
  const { engine, containers } = await lockEngine(new Map([['lock', { 'nomadctl.emulator.owner': gone }]]));
  const failing = withEngineLock(engine, { name: 'lock' }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(containers.size).toBe(0);
});

test('who waits can be told to stop', async () => {
  const owner = JSON.stringify({ host: 'another-computer', pid: 1, started: 'x' });
  const { engine } = await lockEngine(new Map([['lock', { 'nomadctl.emulator.owner': owner }]]));
  await expect(withEngineLock(engine, { name: 'lock', signal: AbortSignal.timeout(50) }, async () => undefined)).rejects.toMatchObject({
    name: 'AbortError',
  });
});
