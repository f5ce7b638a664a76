import { onTestFinished, expect, test } from 'vitest';
import { EngineError, type DockerEngine, type EngineCall } from '../../../../src/machines/engine.js';
import { engineNames, HOST_LABEL, INSTALL_LABEL } from '../../../../src/machines/names.js';
import type { NetworkPlan } from '../../../../src/machines/network/network-plan.js';
import { startReconciler } from '../../../../src/machines/reconcile/reconciler.js';
import { storeOf, type SomeRecords } from '../../../helpers/store-of.js';

const names = engineNames('test');
const machine = { installs: 1, passwordHash: '', publicKey: '', cutPower: false };
const host = { id: 'uhost-1', state: 'Running', vpc: 'uvnet-1', subnet: 'subnet-1', ip: '10.1.1.10', machine, localDisks: [], pending: [] };
const subnet = { id: 'subnet-1', vpc: 'uvnet-1', cidr: '10.1.1.0/24' };

/** As much of an engine as hosts that exist already need: containers by host, true while they run. */
function memoryEngine(containers: Map<string, boolean>) {
  const broken = { with: undefined as Error | undefined };
  const call = ({ method = 'GET', path }: EngineCall): Promise<unknown> => {
    if (broken.with) return Promise.reject(broken.with);
    const id = /^\/containers\/nomadctl-emulator-test-([^/]+)/.exec(path)?.[1] ?? '';
    if (path === '/containers/json') return Promise.resolve([...containers.keys()].map((key) => ({ Labels: { [HOST_LABEL]: key } })));
    if (path === '/images/json') return Promise.resolve([]);
    if (method === 'DELETE') return Promise.resolve(void containers.delete(id));
    if (path.endsWith('/stop')) return Promise.resolve(void containers.set(id, false));
    if (!containers.has(id)) return Promise.reject(new EngineError(404, `no container ${id}`));
    const State = { Running: containers.get(id), ExitCode: 0 };
    return Promise.resolve({ State, Config: { Labels: { [INSTALL_LABEL]: '1' } } });
  };
  return { engine: { address: 'memory', call } as unknown as DockerEngine, broken };
}

async function reconciling(records: SomeRecords, containers: Record<string, boolean> = {}) {
  const store = await storeOf(records);
  const present = new Map(Object.entries(containers));
  const { engine, broken } = memoryEngine(present);
  const log: string[] = [];
  const problems = new Map<string, string>();
  const bugs: unknown[] = [];
  const reconciler = startReconciler({
    ...{ view: store.view, engine, names, base: {} as never, resolvConf: '' },
    network: {
      apply: (plan: NetworkPlan) => Promise.resolve(void log.push(`network of ${plan.vpcs.map(({ id }) => id).join() || 'nothing'}`)),
      purge: () => Promise.resolve(void log.push('network purged')),
    } as never,
    loops: { problem: 'not here', list: () => Promise.resolve([]) } as never,
    snapshots: { list: () => Promise.resolve([]) } as never,
    balancers: { apply: () => Promise.resolve([]) },
    mark: {
      set: () => Promise.resolve(void log.push('mark set')),
      remove: () => Promise.resolve(void log.push('mark removed')),
    },
    note: (id, problem) => void (problem === undefined ? problems.delete(id) : problems.set(id, problem)),
    onBug: (error) => void bugs.push(error),
  });
  onTestFinished(async () => {
    await reconciler.stop();
    expect(bugs).toEqual([]);
  });
  return { store, present, broken, log, problems, reconciler, stateOf: (id: string) => store.view.get('host', id)?.state };
}

test('where nothing is wanted and nothing is there, nothing is marked, and the network is cleared', async () => {
  const { reconciler, log } = await reconciling({});
  reconciler.wake();
  await expect.poll(() => log).toEqual(['network of nothing', 'network purged', 'mark removed']);
});

test('a host that runs as wanted leaves only its network to be made, once', async () => {
  const { reconciler, log, stateOf } = await reconciling({ host: [host], subnet: [subnet] }, { 'uhost-1': true });
  reconciler.wake();
  await expect.poll(() => log).toEqual(['mark set', 'network of uvnet-1']);
  reconciler.wake();
  await expect.poll(() => log).toEqual(['mark set', 'network of uvnet-1', 'mark set']);
  expect(stateOf('uhost-1')).toBe('Running');
});

test('a host that ended by itself is stopped in the store, once somebody says so', async () => {
  const { reconciler, present, stateOf, log } = await reconciling({ host: [host], subnet: [subnet] }, { 'uhost-1': true });
  reconciler.wake();
  await expect.poll(() => log.length).toBe(2);
  present.set('uhost-1', false);
  reconciler.reconcile('uhost-1');
  await expect.poll(() => stateOf('uhost-1')).toBe('Stopped');
});

test('a host that is to stop is stopped', async () => {
  const { reconciler, present, stateOf } = await reconciling(
    { host: [{ ...host, state: 'Stopping' }], subnet: [subnet] },
    { 'uhost-1': true },
  );
  reconciler.wake();
  await expect.poll(() => stateOf('uhost-1')).toBe('Stopped');
  expect(present.get('uhost-1')).toBe(false);
});

test('a deleted host takes its container, its network and the mark with it', async () => {
  const { store, reconciler, present, log } = await reconciling({ host: [host], subnet: [subnet] }, { 'uhost-1': true });
  reconciler.wake();
  await expect.poll(() => log.length).toBe(2);
  store.remove('host', 'uhost-1');
  reconciler.wake();
  await expect.poll(() => log.slice(-2)).toEqual(['network purged', 'mark removed']);
  expect(present.size).toBe(0);
});

test('the container of a host that nobody knows is removed', async () => {
  const { reconciler, present } = await reconciling({}, { 'uhost-9': true });
  reconciler.wake();
  await expect.poll(() => present.size).toBe(0);
});

test('a balancer whose backend stops leads elsewhere at once', async () => {
  const records = {
    host: [{ ...host, state: 'Running' }],
    subnet: [subnet],
    ulb: [{ id: 'ulb-1', mode: 'OuterMode', subnet: 'subnet-1', firewall: '' }],
    backend: [{ id: 'backend-1', resource: 'uhost-1', listener: 'vserver-1' }],
  };
  const { reconciler, present, log, stateOf } = await reconciling(records, { 'uhost-1': true });
  reconciler.wake();
  await expect.poll(() => log.length).toBe(2);
  present.set('uhost-1', false);
  reconciler.reconcile('uhost-1');
  await expect.poll(() => stateOf('uhost-1')).toBe('Stopped');
  // A look at everything, which nobody asked for.
  await expect.poll(() => log.filter((line) => line === 'mark set').length).toBe(2);
});

test('an engine that fails is told, and tried again until it does not', async () => {
  const { reconciler, broken, log, problems } = await reconciling({ host: [host], subnet: [subnet] }, { 'uhost-1': true });
  broken.with = new EngineError(500, 'out of memory');
  reconciler.wake();
  await expect.poll(() => problems.get('network')).toBe('out of memory');
  broken.with = undefined;
  await expect.poll(() => log, { timeout: 10_000 }).toEqual(['mark set', 'network of uvnet-1']);
  expect(problems.size).toBe(0);
});

test('after the end nothing begins', async () => {
  const { reconciler, log } = await reconciling({ host: [host], subnet: [subnet] }, { 'uhost-1': true });
  await reconciler.stop();
  reconciler.wake();
  reconciler.reconcile('uhost-1');
  await reconciler.stop();
  expect(log).toEqual([]);
});
