import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentsIn } from '../../../src/agents/agents-in.js';
import { areJudged, judgeConfigs, type Judging } from '../../../src/agents/judge-configs.js';
import type { NodeRecord } from '../../../src/agents/node-record.js';
import { DEFAULT_PORTS } from '../../../src/cluster/agent-ports.js';
import type { NodeRole } from '../../../src/cluster/node-roles.js';
import { hintLine } from '../../helpers/hint-line.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

/** Programs in place of Consul and Nomad, which refuse a configuration that says so, and note what they were asked. */
async function scene() {
  const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
  const folder = ctx.paths.cluster('dev').agents;
  const notes = join(ctx.paths.home, 'asked');
  const tool = async (name: string): Promise<{ path: string; version: string }> => {
    const path = join(ctx.paths.home, name);
    const script = `#!/bin/sh\necho "${name} $*" >> '${notes}'\nfor last; do :; done\ngrep -q wrong "$last" || exit 0\necho "this is wrong"\nexit 1\n`;
    await writeFile(path, script, { mode: 0o755 });
    return { path, version: '1.2.3' };
  };
  const nodes = (['server', 'server', 'client', 'client'] as NodeRole[]).map((role, index): NodeRecord => ({
    name: `${role}-${index}`,
    role,
    address: '127.0.0.1',
    ports: DEFAULT_PORTS,
    taskPorts: [1, 2],
    bootstrapExpect: 0,
  }));
  const agents = agentsIn(nodes, folder);
  for (const { files } of agents) {
    await mkdir(files.dir, { recursive: true });
    await writeFile(files.config, '{}');
    await writeFile(files.join, '{}');
  }
  const judging: Judging = { agents, folder, tools: { consul: await tool('consul'), nomad: await tool('nomad') } };
  const asked = async (): Promise<string[]> => (await readFile(notes, 'utf8')).trimEnd().replaceAll(`${folder}/`, '').split('\n');
  return { judging, asked, agents, judge: () => judgeConfigs(judging, ctx) };
}

test('one agent of each kind stands for all, and what was accepted is accepted until a file or a program is another', async () => {
  const { judging, judge, asked, agents } = await scene();
  expect(areJudged(judging)).toBe(false);
  await judge();
  expect((await asked()).map((call) => call.replaceAll(/(server|client)-\d/g, '$1')).sort()).toEqual([
    'consul validate client/consul/agent.json client/consul/join.json',
    'consul validate server/consul/agent.json server/consul/join.json',
    'nomad config validate client/nomad/agent.json client/nomad/join.json',
    'nomad config validate server/nomad/agent.json server/nomad/join.json',
  ]);
  expect(areJudged(judging)).toBe(true);
  const { consul } = judging.tools;
  expect(areJudged({ ...judging, tools: { ...judging.tools, consul: { ...consul, version: '1.2.4' } } })).toBe(false);
  for (const file of agents.flatMap(({ files }) => [files.config, files.join])) {
    await writeFile(file, '{"more":1}');
    expect(areJudged(judging)).toBe(false);
    await writeFile(file, '{}');
    expect(areJudged(judging)).toBe(true);
  }
});

test('what one of them refuses is told in its words, and is not accepted', async () => {
  const { judging, judge, agents } = await scene();
  // Agents of one kind say the same but for names: the last one of each is asked.
  const nomad = agents.filter(({ program, mode }) => program === 'nomad' && mode === 'server');
  for (const { files } of nomad) await writeFile(files.join, 'wrong');
  const error = await thrown(judge);
  expect(error.code).toBe('agent-config-refused');
  expect(error.message).toMatch(/^nomad does not accept its configuration .+agent\.json$/);
  expect(error.why).toContain('this is wrong');
  expect(hintLine(error.next)).toContain('nomad 1.2.3 may be too new or too old');
  expect(areJudged(judging)).toBe(false);
});
