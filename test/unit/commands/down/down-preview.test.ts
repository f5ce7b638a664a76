import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { command } from '../../../../src/commands/down.js';
import { downLines, type DownFacts } from '../../../../src/commands/down/down-preview.js';
import { createTestContext } from '../../../helpers/test-context.js';

const job = (id: string, namespace = 'default') => ({ id, namespace, running: 2 });
const facts = (more: Partial<DownFacts> = {}): DownFacts => ({ nodes: [], jobs: [], removes: [], keeps: [], ...more });
const node = (name: string, ...agents: string[]) => ({ name, agents });

test('everything is named', () => {
  const lines = downLines(
    facts({
      nodes: [node('server-1', 'consul', 'nomad'), node('client-1', 'nomad'), node('client-2')],
      jobs: [job('redis'), job('web', 'team')],
      destroys: '3 hosts, 3 addresses (about ¥1.93 an hour)',
      removes: ['/home/me/clusters/dev/agents', '/home/me/clusters/dev/journal.json', '/home/me/clusters/dev/cluster.yaml'],
    }),
    { keepData: false },
  );
  expect(lines).toEqual([
    '  jobs      redis (2), web (namespace team) (2)',
    '  agents    server-1 (consul, nomad), client-1 (nomad)',
    '  destroys  3 hosts, 3 addresses (about ¥1.93 an hour)',
    '  removes   /home/me/clusters/dev/agents  (configurations, data and logs of its agents, and of its tasks)',
    '            /home/me/clusters/dev/journal.json',
    '            /home/me/clusters/dev/cluster.yaml  (made by up, and never edited)',
  ]);
});

test('of thousands some are named, and the rest is counted', () => {
  const jobs = Array.from({ length: 2000 }, (_, index) => job(`j${index}`));
  expect(downLines(facts({ jobs }), { keepData: false })[0]).toMatch(/ j0 \(2\), .*j9 \(2\) and 1990 more$/);
});

test.each([
  [{ nodes: [], jobs: [] }, false, ['  jobs      none runs', '  agents    none runs', '  removes   no files']],
  [
    { jobs: [job('redis')] },
    true,
    ['  jobs      redis (2); their tasks run again after the next up', '  agents    none runs', '  removes   no files'],
  ],
])('%o, with --keep-data %s', (more, keepData, lines) => {
  expect(downLines(facts(more), { keepData })).toEqual(lines);
});

test('what Nomad does not tell is unknown, not none', () => {
  const { jobs: _, ...silent } = facts({ nodes: [node('client-1', 'nomad')] });
  expect(downLines(silent, { keepData: false })[0]).toBe('  jobs      unknown which: Nomad does not answer');
});

test('a cluster that never was up is not said to come back', async () => {
  const ctx = await createTestContext();
  const { dir, file } = ctx.paths.cluster('prod');
  await mkdir(dir, { recursive: true });
  await writeFile(file, 'version: 1\nname: prod\ntarget: local\n');
  const plan = await command.run({ args: { name: 'prod' }, flags: { plan: true } }, ctx);
  expect(plan?.data).toMatchObject({ nodes: [], jobs: [], removes: [], keeps: [`${file}, which you wrote or edited`] });
  const down = await command.run({ args: { name: 'prod' }, flags: {} }, ctx);
  expect(down).toMatchObject({
    text: 'prod was not up: there was nothing to take down',
    next: 'nomadctl up prod   makes it, as its cluster file says',
  });
});
