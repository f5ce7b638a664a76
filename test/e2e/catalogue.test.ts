import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileBesidePath, systemPrograms } from '../../src/programs/packages/system-programs.js';
import { problemsWhenDown } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { testLab } from '../helpers/test-lab.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const missing: string[] = [];
for (const program of Object.keys(systemPrograms))
  if (requireTool(program) === undefined && (await fileBesidePath(program)) === undefined) missing.push(program);

/** Side by side, but for what looks at the others. */
const SET = [
  [
    'memcached',
    'postgres',
    'rabbitmq',
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

describe.skipIf(!ready)('the catalogue, with the real programs', () => {
  test('all of it comes up beside each other on a secured cluster, works, and leaves nothing', { timeout: 240_000 }, async ({ skip }) => {
    if (missing.length > 0) skip(`not here: ${missing.join(', ')}`);
    const lab = testLab();
    await lab.must(['up', '--drivers', 'raw_exec']);
    const set = join(lab.home, 'jobs.json');
    writeFileSync(set, JSON.stringify(SET));
    const { jobs } = (await lab.must(['job', 'deploy', '--all', set, '--json'])).json<Deployed>();
    expect(jobs.map(({ job, outcome }) => `${job} ${outcome}`)).toEqual([
      ...['memcached', 'postgres', 'rabbitmq', 'tomcat', 'registry', 'dnsmasq', 'node-exporter'].map((job) => `${job} healthy`),
      'batch complete',
      'periodic registered',
      'prometheus healthy',
    ]);
    const found = new Map(jobs.flatMap(({ job, checks }) => checks.map(({ title, found: said }) => [`${job}: ${title}`, said] as const)));
    expect(found.get('memcached: set and get')).toContain('works');
    expect(found.get('postgres: select 6*7')).toBe('42');
    expect(found.get('rabbitmq: AMQP handshake')).toContain('capabilities');
    expect(found.get('tomcat: the page')).toMatch(/good day.*from allocation [0-9a-f-]{36} on client-\d/s);
    expect(found.get('registry: push and pull')).toBe('works');
    expect(found.get('batch: words were counted')).toMatch(/^worker \d of 2: [1-9]/);
    expect(found.get('dnsmasq: a name of Consul')).toMatch(/^127\./);
    // One server and two clients, both agents of each, over TLS and with the token of the job's identity.
    expect([found.get('prometheus: agents of Nomad tell'), found.get('prometheus: agents of Consul tell')]).toEqual(['3', '3']);

    const verified = await lab.must(['job', 'verify', '--all']);
    expect(verified.stdout).toContain('10 of 10 jobs do what they promise');

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

    await lab.must(['down']);
    expect(problemsWhenDown(lab)).toEqual([]);
  });
});
