import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CNI_FOLDERS } from '../../src/agents/bridge/bridge-network.js';
import { fileBesidePath, systemPrograms } from '../../src/programs/packages/system-programs.js';
import { openLab, problemsWhenDown, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const missing: string[] = requireTool('ferretdb') === undefined ? ['ferretdb'] : [];
for (const program of Object.keys(systemPrograms))
  if (requireTool(program) === undefined && (await fileBesidePath(program)) === undefined) missing.push(program);

/** Side by side, but for what looks at the others. */
const SET = [
  [
    'memcached',
    'postgres',
    'rabbitmq',
    { job: 'mongo', variables: { memory: 64 } },
    { job: 'tomcat', variables: { greeting: 'good day', count: 2 } },
    'registry',
    'dnsmasq',
    'node-exporter',
  ],
  ['batch', { job: 'periodic', variables: { limit: 100 } }],
  'prometheus',
];

interface Deployed {
  readonly jobs: readonly { job: string; outcome: string; checks: readonly { title: string; ok: boolean; found: string }[] }[];
}

/** What groups with networks of their own take, and the sidecar itself. */
const withoutEnvoy = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...['envoy', 'node', 'iptables', 'ip'].filter((program) => requireTool(program) === undefined),
  ...(CNI_FOLDERS.some((folder) => existsSync(join(folder, 'bridge'))) ? [] : ['CNI plugins']),
];

describe.skipIf(!ready)('the catalogue, with the real programs, on one secured cluster', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--drivers', 'raw_exec', ...(withoutEnvoy.length === 0 ? ['--bridge'] : [])]);
  }, 120_000);
  afterAll(() => lab?.end());

  test('all of it comes up beside each other, and works', { timeout: 240_000 }, async ({ skip }) => {
    if (missing.length > 0) skip(`not here: ${missing.join(', ')}`);
    const set = join(lab.home, 'jobs.json');
    writeFileSync(set, JSON.stringify(SET));
    const { jobs } = (await lab.must(['job', 'deploy', '--all', set, '--json'])).json<Deployed>();
    expect(jobs.map(({ job, outcome }) => `${job} ${outcome}`)).toEqual([
      ...['memcached', 'postgres', 'rabbitmq', 'mongo', 'tomcat', 'registry', 'dnsmasq', 'node-exporter'].map((job) => `${job} healthy`),
      'batch complete',
      'periodic registered',
      'prometheus healthy',
    ]);
    const found = new Map(jobs.flatMap(({ job, checks }) => checks.map(({ title, found: said }) => [`${job}: ${title}`, said] as const)));
    expect(found.get('memcached: set and get')).toContain('works');
    expect(found.get('postgres: select 6*7')).toBe('42');
    expect(found.get('rabbitmq: AMQP handshake')).toContain('capabilities');
    expect(found.get('mongo: what is written is read')).toContain('firstBatch');
    expect(found.get('tomcat: the page')).toMatch(/good day.*from allocation [0-9a-f-]{36} on client-\d/s);
    expect(found.get('registry: push and pull')).toBe('works');
    expect(found.get('batch: words were counted')).toMatch(/^worker \d of 2: [1-9]/);
    expect(found.get('dnsmasq: a name of Consul')).toMatch(/^127\./);
    // One server and two clients, both agents of each, over TLS and with the token of the job's identity.
    expect([found.get('prometheus: agents of Nomad tell'), found.get('prometheus: agents of Consul tell')]).toEqual(['3', '3']);

    const verified = await lab.must(['job', 'verify', '--all']);
    expect(verified.stdout).toContain('11 of 11 jobs do what they promise');

    // A program that is missing is told with the command of this computer, before anything is registered.
    await lab.must(['job', 'stop', 'memcached', '--purge']);
    const bin = join(lab.home, 'bin');
    mkdirSync(bin);
    symlinkSync('/bin/true', join(bin, 'apt-get'));
    const refused = await lab.run(['job', 'deploy', 'memcached'], { env: { PATH: [bin, dirname(requireTool('nomad') ?? '')].join(':') } });
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/memcached.*not on this computer[\s\S]*apt-get install memcached/),
    });
    expect((await lab.status()).jobs?.map(({ id }) => id)).not.toContain('memcached');
  });

  test('envoy: an answer through both sidecars, and nobody comes in without an intention', { timeout: 120_000 }, async ({ skip }) => {
    if (withoutEnvoy.length > 0) skip(`not here: ${withoutEnvoy.join(', ')}`);
    const deployed = (await lab.must(['job', 'deploy', 'envoy', '--var', 'count=2', '--json'])).json<
      { outcome: string } & Deployed['jobs'][0]
    >();
    expect(deployed.outcome).toBe('healthy');
    expect(deployed.checks.map(({ title, ok }) => [title, ok])).toEqual([
      ['envoy-api in Consul', true],
      ['its Envoy in Consul', true],
      ['an answer through both Envoys', true],
      ['a stranger is refused', true],
    ]);
    // Its bootstrap was written for the client's own Consul, over TLS, with a token of the task's.
    const ask = (port: string) => async () =>
      (
        await lab.must([
          'exec',
          'nomad',
          'alloc',
          'exec',
          '-job',
          '-task',
          'web',
          '-group',
          'web',
          'envoy',
          '/bin/sh',
          '-c',
          `node $NOMAD_TASK_DIR/ask.mjs $${port}`,
        ])
      ).stdout;
    const said = (action: string, source: string) => lab.must(['access', 'intention', action, source, 'envoy-api']);
    await said('deny', 'envoy-web');
    await expect.poll(ask('API_PORT'), { timeout: 25_000 }).toMatch(/refused/);
    await said('delete', 'envoy-web');
    expect(await ask('API_PORT')()).toMatch(/refused/);
    await said('allow', 'envoy-web');
    await said('allow', 'envoy-stranger');
    for (const port of ['API_PORT', 'STRANGER_PORT'])
      await expect.poll(ask(port), { timeout: 25_000 }).toMatch(/hello from allocation [0-9a-f-]{36}/);
    await said('deny', 'envoy-stranger');
    const verified = await lab.must(['job', 'verify', 'envoy', '--failover']);
    expect(verified.stdout).toContain('a stranger is refused');
  });

  test('down leaves nothing of it', { timeout: 120_000 }, async () => {
    await lab.must(['down']);
    expect(problemsWhenDown(lab)).toEqual([]);
  });
});
