import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyJournal, type JournalData } from '../../../src/engine/journal.js';
import { acquireLock } from '../../../src/engine/lock.js';
import { ConfigError, PrerequisiteError, UsageError } from '../../../packages/base/src/errors.js';
import { overviewOf } from '../../../src/targets/cluster-overview.js';
import { openCluster } from '../../../src/targets/open-cluster.js';
import type { Target } from '../../../src/targets/target.js';
import { endpointAt } from '../../helpers/endpoint-at.js';
import { sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

/** Reached at the address that its state holds. */
const target: Target = sampleTarget({
  connection: ({ name }, state) => {
    const { url } = state as { url?: string };
    if (url === undefined) return undefined;
    const nodes = { stop: async () => undefined, start: async () => undefined };
    const [nomad, consul] = [endpointAt(url), endpointAt(url, 'consul')];
    return { cluster: name, nomad, consul, servers: { nomad: [nomad], consul: [consul] }, nodes };
  },
});

async function contextWith(name: string, journal: Partial<JournalData> | string) {
  const ctx = await createTestContext();
  const path = ctx.paths.cluster(name).journal;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof journal === 'string' ? journal : JSON.stringify({ ...emptyJournal(name), ...journal }));
  return ctx;
}

async function listeningUrl(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const run = (plan: string, outcome: 'running' | 'succeeded' | 'failed' | 'interrupted') => ({
  id: 'r',
  plan,
  pid: 1,
  startedAt: 1,
  outcome,
});

describe('openCluster', () => {
  it('gives the state of the journal, and the connection made of it', async () => {
    const ctx = await contextWith('prod', { state: { url: 'http://127.0.0.1:4646' } });
    const opened = await openCluster(ctx, undefined, [target]);
    expect(opened).toMatchObject({
      name: 'prod',
      file: 'absent',
      state: { url: 'http://127.0.0.1:4646' },
      cluster: { settings: { clients: 2 } },
    });
    expect((await opened.connection()).nomad.url).toBe('http://127.0.0.1:4646');
  });

  it('says what to do where it is not up', async () => {
    const opened = await openCluster(await createTestContext(), undefined, [target]);
    const error = await thrown(() => opened.connection());
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect([error.message, error.next, error.code]).toEqual(['cluster dev is not up', 'nomadctl up dev', 'cluster-not-up']);
  });

  it('refuses unknown names and damaged journals', async () => {
    const ctx = await contextWith('prod', '{"version":');
    expect(await thrown(() => openCluster(ctx, 'prdo', [target]))).toBeInstanceOf(UsageError);
    expect(await thrown(() => openCluster(ctx, 'prod', [target]))).toBeInstanceOf(ConfigError);
  });
});

describe('overviewOf', () => {
  it.each([
    ['never up', {}, 'down', ''],
    ['after up', { runs: [run('nomadctl up dev', 'succeeded')], up: true }, 'up', ''],
    [
      'after up and a job that failed',
      { runs: [run('nomadctl up dev', 'succeeded'), run('nomadctl job deploy x', 'failed')], up: true },
      'up',
      '',
    ],
    ['after a reboot', { runs: [run('nomadctl up dev', 'succeeded')], up: false }, 'not answering', ''],
    ['after down --keep-data', { runs: [run('nomadctl down dev --keep-data', 'succeeded')], up: false }, 'down', ''],
    ['after Ctrl-C', { runs: [run('nomadctl up dev', 'interrupted')], up: true }, 'interrupted', 'nomadctl up dev'],
    ['after kill -9', { runs: [run('nomadctl up dev', 'running')], up: false }, 'interrupted', 'nomadctl up dev'],
    ['after a failure', { runs: [run('nomadctl down dev', 'failed')], up: true }, 'failed', 'nomadctl down dev'],
  ] as const)('%s', async (_, facts, state, detail) => {
    const { runs = [], up } = facts as { runs?: ReturnType<typeof run>[]; up?: boolean };
    const ctx = await contextWith('dev', { runs, state: up === undefined ? {} : { url: await (up ? listeningUrl() : closedUrl()) } });
    const overview = await overviewOf('dev', ctx, [target]);
    expect(overview).toMatchObject({ name: 'dev', state, detail, target: 'sample', size: '1 servers, 2 clients' });
    expect(overview.nomad === undefined).toBe(up !== true);
    expect(overview.createdAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is up as long as any server answers', async () => {
    const url = await listeningUrl();
    const ctx = await contextWith('dev', { runs: [run('nomadctl up dev', 'succeeded')], state: { url: await closedUrl() } });
    const other: Target = { ...target, livingFirst: async () => ({ url }) };
    expect(await overviewOf('dev', ctx, [other])).toMatchObject({ state: 'up', nomad: url });
  });

  it('names the run that has it', async () => {
    const ctx = await contextWith('dev', { runs: [run('nomadctl up dev', 'running')] });
    const lock = await acquireLock(ctx.paths.cluster('dev').lock, 'nomadctl up dev', Date.now());
    onTestFinished(() => lock.release());
    expect(await overviewOf('dev', ctx, [target])).toMatchObject({ state: 'in use', detail: `by process ${process.pid}: nomadctl up dev` });
  });

  it('does not stop at a file that cannot be read', async () => {
    const ctx = await contextWith('dev', 'torn');
    expect(await overviewOf('dev', ctx, [target])).toEqual({
      name: 'dev',
      state: 'unreadable',
      detail: 'the journal of cluster dev cannot be read',
    });
  });
});
