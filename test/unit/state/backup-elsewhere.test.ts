import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { stateFindingsOf } from '../../../src/targets/state-findings-of.js';
import { loadCluster } from '../../../src/config/load-cluster.js';
import { targets } from '../../../src/targets/index.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { startStateServer } from '../../helpers/state-server.js';
import { createTestContext } from '../../helpers/test-context.js';

const state = (serial: number, names: readonly string[]): string =>
  JSON.stringify({
    ...{ version: 4, serial, lineage: 'one', outputs: {} },
    resources: names.map((name) => ({ mode: 'managed', type: 'ucloud_vpc', name, instances: [{ attributes: { id: name } }] })),
  });

/** A server that keeps states as terraform's backend `http` asks for it, and the home of a cluster whose states are there. */
async function elsewhere() {
  const server = await startStateServer();
  onTestFinished(() => server.end());
  const { kept, url: address } = server;
  const ctx = await createTestContext({ env: server.env, global: { yes: true } });
  const paths = ctx.paths.cluster('prod');
  const lines = ['version: 1', 'name: prod', 'target: ucloud', 'projectId: org-abc123', 'allowIp: [203.0.113.7/32]'];
  await writeFileAtomic(paths.file, `${lines.join('\n')}\nstate: { backend: http, address: "${address}" }\n`);
  await writeFileAtomic(
    paths.journal,
    JSON.stringify({
      version: 1,
      cluster: 'prod',
      state: {
        hosts: [{ name: 'client-1', role: 'client', id: 'uhost-1', zone: 'cn-bj2-02', privateIp: '10.81.0.11', imageId: 'uimage-1' }],
      },
      steps: {},
      runs: [],
    }),
  );
  const at = (root: string): string => `/nomadctl/prod/${root}`;
  const run = async (line: string) => {
    const parsed = await parseCommand(['state', 'backup', ...line.split(' ')], ctx);
    return (await parsed?.command.run(parsed, ctx))?.data as Record<string, unknown>;
  };
  const findings = async () => {
    const { cluster } = await loadCluster(ctx, { name: 'prod', targets });
    return (await stateFindingsOf(cluster, ctx, { ask: false })).map(({ ok, found, fix }) => [ok, found, hintLine(fix?.command)]);
  };
  return { kept, at, run, findings, server, dir: paths.dir };
}

test('states that are kept elsewhere are copied from there, judged there, and put back there', async () => {
  const { kept, at, run, findings } = await elsewhere();
  kept.set(at('network'), state(3, ['a']));
  kept.set(at('cluster'), state(7, ['a', 'b']));
  const { id, states } = await run('create');
  expect(states).toMatchObject([
    { root: 'network', serial: 3 },
    { root: 'cluster', serial: 7, resources: 2 },
  ]);
  kept.delete(at('cluster'));
  kept.set(at('network'), state(2, []));
  const restore = `nomadctl state backup restore ${String(id)} --only states`;
  expect(await findings()).toEqual([
    [false, 'the state of the network has serial 2, and a copy of it has 3: something put an old one in its place', restore],
    [false, 'the state of the cluster is not there and held 2 resources: terraform would make everything a second time', restore],
  ]);
  await run(`restore ${String(id)} --only states`);
  expect([at('network'), at('cluster')].map((path) => JSON.parse(kept.get(path) ?? ''))).toEqual([
    JSON.parse(state(3, ['a'])),
    JSON.parse(state(7, ['a', 'b'])),
  ]);
  expect((await findings()).map(([ok]) => ok)).toEqual([true, true]);
  kept.set(at('cluster'), state(7, ['z']).replace('"one"', '"two"'));
  const [, says, command] = (await findings())[1] ?? [];
  expect(says).toContain('has lineage two');
  // The restore has kept a copy of its own.
  expect(command).toMatch(/^nomadctl state backup restore cluster-\d+ --replace-lineage$/);
  await run(String(command).replace('nomadctl state backup ', ''));
  expect(JSON.parse(kept.get(at('cluster')) ?? '')).toEqual(JSON.parse(state(7, ['a', 'b'])));
});

test('a place that does not answer is a finding, and no end of the examination', async () => {
  const { findings, server } = await elsewhere();
  await server.end();
  expect(await findings()).toEqual([
    expect.arrayContaining([
      false,
      expect.stringMatching(/^the state of the network cannot be read: what keeps the states of cluster prod does not answer: http/),
    ]),
    expect.arrayContaining([false]),
    expect.arrayContaining([false]),
    expect.arrayContaining([false]),
  ]);
});

test('a copy in the folder of the cluster is no state of one that is kept elsewhere', async () => {
  const { kept, at, run, dir } = await elsewhere();
  kept.set(at('cluster'), state(7, ['a']));
  await writeFileAtomic(join(dir, 'terraform/cluster/seen.tfstate'), state(5, ['a', 'z']));
  expect((await run('create'))['states']).toMatchObject([{ root: 'cluster', serial: 7, resources: 1 }]);
});
