import { describe, expect, it } from 'vitest';
import { parseTopology } from '../../../src/discovery/read-topology.js';
import { defaultHosts, hostsWith, servedBy, type Topology } from '../../../src/discovery/topology.js';
import { requireHosts, topologyStages } from '../../../src/discovery/topology-jobs.js';
import { findJob, type JobSource } from '../../../src/jobs/catalogue/find-job.js';
import { createTestContext } from '../../helpers/test-context.js';

const SEED = `
hosts:
  client-1: [app]
  client-2: [app, balancer]
services:
  microbot:
    instances: 3
balancers:
  nginx: { serves: microbot, variables: { port: 8081 } }
  fabio: { serves: microbot }
jobs: [registry]
`;

async function problems(text: string): Promise<readonly string[]> {
  return parseTopology(text, 't.yaml').then(
    () => [],
    (error: { code: string; why: readonly string[] }) => {
      expect(error.code).toBe('discovery-topology');
      return error.why;
    },
  );
}

async function sourcesOf(...names: readonly string[]): Promise<ReadonlyMap<string, JobSource>> {
  const { paths } = await createTestContext();
  const sources = new Map<string, JobSource>();
  for (const name of names) sources.set(name, await findJob(name, paths));
  return sources;
}

describe('the file of a topology', () => {
  it('is read with what it leaves out', async () => {
    const topology = await parseTopology(SEED, 't.yaml');
    expect(topology.services).toEqual({ microbot: { instances: 3, path: '/', variables: {} } });
    expect(servedBy(topology as Topology)).toEqual([
      { balancer: 'nginx', serves: 'microbot' },
      { balancer: 'fabio', serves: 'microbot' },
    ]);
    expect(await parseTopology('{"services": {"microbot": {}}}', 't.json')).toMatchObject({
      services: { microbot: { instances: 2 } },
      balancers: {},
      jobs: [],
    });
  });

  it.each([
    ['services: {}', /services: must have one service/],
    ['[]', /the file: /],
    ['services: { microbot: { instanzes: 2 } }', /services\.microbot\.instanzes: unknown key.*instances/],
    ['services: { microbot: { instances: 2.5 } }', /services\.microbot\.instances/],
    ['services: { microbot: { instances: 201 } }', /services\.microbot\.instances/],
    ['services: { microbot: { path: page } }', /services\.microbot\.path: must begin with \//],
    ['services: { microbot: { variables: { count: 3 } } }', /said by instances/],
    ['services: { microbot: {} }\nbalancers: { apache: { serves: microbot } }', /balancers\.apache: unknown key/],
    ['services: { microbot: {} }\nbalancers: { nginx: { serves: microbt } }', /there is no service microbt.*microbot/],
    ['services: { microbot: {} }\nhosts: { a: [lb] }', /hosts\.a\[0\]/],
    ['services: { microbot: {} }\nhosts: { a: [balancer] }', /no host has the role app/],
    ['services: { microbot: {} }\nbalancers: { nginx: { serves: microbot } }\nhosts: { a: [app] }', /no host has the role balancer/],
    ['services: { microbot: {} }\njobs: [microbot]', /microbot is there twice/],
    ['services: { microbot: {} }\nservices: { hello: {} }', /unique/],
    ['services: [', /./],
  ])('%j is refused with the reason', async (text, reason) => {
    const [first, ...more] = await problems(text);
    expect([first, ...more].join('\n')).toMatch(reason);
  });

  it('that is not there is told, and its name', async () => {
    const { readTopology } = await import('../../../src/discovery/read-topology.js');
    await expect(readTopology('/nowhere/t.yaml')).rejects.toMatchObject({
      code: 'discovery-topology',
      message: '/nowhere/t.yaml is no topology',
    });
  });
});

describe('jobs of a topology', () => {
  const clients = ['client-1', 'client-2'];

  it('come in order: others and services, then balancers, each with its hosts and counts', async () => {
    const topology = (await parseTopology(SEED, 't.yaml')) as Topology;
    const stages = topologyStages(topology, { sources: await sourcesOf('registry', 'microbot', 'nginx', 'fabio'), clients });
    expect(stages.map((stage) => stage.map(({ job, words }) => [job, ...words]))).toEqual([
      [['registry'], ['microbot', 'count=3', 'nodes=client-1,client-2']],
      [
        ['nginx', 'port=8081', 'service=microbot', 'count=1', 'nodes=client-2'],
        ['fabio', 'nodes=client-2'],
      ],
    ]);
  });

  it('that cannot be kept to hosts are refused where not every client is one of them', async () => {
    const hosts = { 'client-1': ['app'], 'client-2': ['balancer'] } as const;
    const topology: Topology = { ...((await parseTopology('services: { hello: {} }', 't.yaml')) as Topology), hosts };
    const sources = await sourcesOf('hello');
    expect(() => topologyStages(topology, { sources, clients })).toThrow('hello is no job for a topology: it has no variable nodes');
    expect(topologyStages({ ...topology, hosts: { 'client-1': ['app'] } }, { sources, clients: ['client-1'] })).toMatchObject([
      [{ job: 'hello', words: ['count=2'] }],
    ]);
  });

  it('that have no count are refused', async () => {
    const topology: Topology = { ...((await parseTopology('services: { postgres: {} }', 't.yaml')) as Topology), hosts: { a: ['app'] } };
    const sources = await sourcesOf('postgres');
    expect(() => topologyStages(topology, { sources, clients: ['a'] })).toThrow(
      'postgres is no job for a topology: it has no variable count',
    );
  });

  it('need hosts that the cluster has', () => {
    expect(() => requireHosts({ hosts: { 'client-1': ['app'] } }, clients)).not.toThrow();
    expect(() => requireHosts({ hosts: { 'cleint-1': ['app'], b: ['app'] } }, clients)).toThrow(
      'cleint-1 and b are no clients of the cluster',
    );
  });
});

it('without hosts every client is for instances, and the last one by number for the balancer, too', () => {
  const hosts = defaultHosts(['client-10', 'client-2', 'client-1']);
  expect(hostsWith({ hosts }, 'app')).toEqual(['client-1', 'client-2', 'client-10']);
  expect(hostsWith({ hosts }, 'balancer')).toEqual(['client-10']);
  expect(defaultHosts(['only'])).toEqual({ only: ['app', 'balancer'] });
});
