import { expect, test } from 'vitest';
import type { HostParts } from '../../../../src/machines/hosts/host-step.js';
import { hostReconciliations } from '../../../../src/machines/reconcile/host-reconciliations.js';
import { storeOf } from '../../../helpers/store-of.js';

const machine = { installs: 1, passwordHash: '', publicKey: '', cutPower: false };
const host = (id: string, state = 'Running') => ({ id, state, subnet: 'subnet-1', machine });

/** Reconciliations that end when the test says so. */
async function reconciling(...ids: string[]) {
  const store = await storeOf({ host: ids.map((id) => host(id)) });
  const stopping = new AbortController();
  const started: string[] = [];
  const signals = new Map<string, AbortSignal>();
  const ends = new Map<string, (result?: Error) => void>();
  const changes: string[] = [];
  const noted: string[] = [];
  const note: HostParts['note'] = (id, problem) => void noted.push(`${id}: ${problem}`);
  const hosts = hostReconciliations({ view: store.view, note } as HostParts, {
    ending: stopping.signal,
    onBug: (error) => {
      throw error;
    },
    attempt: (_subject, work) =>
      work().then(
        () => true,
        () => false,
      ),
    onReconciled: (id, { before, after }) => void changes.push(`${id}: ${before?.state} -> ${after?.state}`),
    reconcile: (id, { view }, signalFor) => {
      started.push(id);
      const wanted = view.get('host', id);
      if (wanted) signals.set(id, signalFor(wanted));
      return new Promise((resolve, reject) => ends.set(id, (error) => (error ? reject(error) : resolve())));
    },
  });
  const end = async (id: string, error?: Error): Promise<void> => {
    const before = changes.length;
    ends.get(id)?.(error);
    await expect.poll(() => changes.length).toBeGreaterThan(before);
  };
  const outdated = (...containers: string[]) => [...hosts.outdated(store.view.all('host'), containers)];
  return { store, stopping, hosts, started, signals, changes, noted, end, outdated };
}

test('one at a time on each host, and once more for whatever came meanwhile', async () => {
  const { hosts, started, end } = await reconciling('uhost-1', 'uhost-2');
  for (const id of ['uhost-1', 'uhost-2']) hosts.add(id);
  await expect.poll(() => started).toEqual(['uhost-1', 'uhost-2']);
  for (let times = 0; times < 3; times++) hosts.add('uhost-1');
  expect(started.length).toBe(2);
  await end('uhost-1');
  await expect.poll(() => started).toEqual(['uhost-1', 'uhost-2', 'uhost-1']);
  await end('uhost-1');
  await end('uhost-2');
  await hosts.idle();
  expect(started.length).toBe(3);
});

test('a host is outdated until it was reconciled as it is wanted now', async () => {
  const { store, hosts, end, outdated } = await reconciling('uhost-1', 'uhost-2');
  expect(outdated()).toEqual(['uhost-1', 'uhost-2']);
  hosts.add('uhost-1');
  await Promise.resolve();
  await end('uhost-1');
  expect(outdated()).toEqual(['uhost-2']);
  store.put({ host: [host('uhost-1', 'Stopping')] });
  expect(outdated()).toEqual(['uhost-1', 'uhost-2']);
});

test('a host whose reconciliation failed stays outdated', async () => {
  const { hosts, end, outdated } = await reconciling('uhost-1');
  hosts.add('uhost-1');
  await Promise.resolve();
  await end('uhost-1', new Error('the engine said no'));
  expect(outdated()).toEqual(['uhost-1']);
});

test('hosts with moving disks, with images to be made, and containers of no host are outdated too', async () => {
  const { store, hosts, end, outdated } = await reconciling('uhost-1', 'uhost-2');
  for (const id of ['uhost-1', 'uhost-2']) hosts.add(id);
  await Promise.resolve();
  for (const id of ['uhost-1', 'uhost-2']) await end(id);
  expect(outdated('uhost-1', 'uhost-2')).toEqual([]);
  store.put({ disk: [{ id: 'bsm-1', host: 'uhost-1', status: 'Attaching' }] });
  expect(outdated()).toEqual(['uhost-1']);
  store.put({ disk: [{ id: 'bsm-1', host: 'uhost-1', status: 'InUse' }], image: [{ id: 'uimage-1', state: 'Making', source: 'uhost-2' }] });
  expect(outdated('uhost-9')).toEqual(['uhost-9', 'uhost-2']);
});

test('hosts that are records are nobody to reconcile', async () => {
  const { store, outdated } = await reconciling();
  store.put({ host: [{ id: 'uhost-1', state: 'Running', subnet: 'subnet-1' }] });
  expect(outdated()).toEqual([]);
});

test('only what is no longer wanted is cut short', async () => {
  const { store, hosts, started, signals } = await reconciling('uhost-1', 'uhost-2', 'uhost-3');
  for (const id of ['uhost-1', 'uhost-2', 'uhost-3']) hosts.add(id);
  await expect.poll(() => started.length).toBe(3);
  store.put({ host: [host('uhost-1', 'Stopping'), { ...host('uhost-2'), name: 'renamed' }] });
  store.remove('host', 'uhost-3');
  hosts.abortOutdated();
  expect([...signals].map(([id, { aborted }]) => [id, aborted])).toEqual([
    ['uhost-1', true],
    ['uhost-2', false],
    ['uhost-3', true],
  ]);
});

test('the end cuts all short, and begins nothing', async () => {
  const { stopping, hosts, started, signals, end } = await reconciling('uhost-1');
  hosts.add('uhost-1');
  await expect.poll(() => started.length).toBe(1);
  stopping.abort();
  expect(signals.get('uhost-1')?.aborted).toBe(true);
  hosts.add('uhost-1');
  await end('uhost-1');
  await hosts.idle();
  expect(started.length).toBe(1);
});

test('says what became of a host, and forgets what went wrong with one that is gone', async () => {
  const { store, hosts, started, changes, noted, end } = await reconciling('uhost-1');
  hosts.add('uhost-1');
  await expect.poll(() => started.length).toBe(1);
  store.put({ host: [host('uhost-1', 'Stopped')] });
  await end('uhost-1');
  hosts.add('uhost-1');
  await expect.poll(() => started.length).toBe(2);
  store.remove('host', 'uhost-1');
  await end('uhost-1');
  expect(changes).toEqual(['uhost-1: Running -> Stopped', 'uhost-1: Stopped -> undefined']);
  expect(noted).toEqual(['uhost-1: undefined']);
});
