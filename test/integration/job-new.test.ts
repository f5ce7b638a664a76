import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCAFFOLD_KINDS } from '../../src/jobs/catalogue/write-scaffold.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined && requireTool('redis-server') !== undefined;

describe.skipIf(!ready)('jobs that begin as a scaffold, on a secured cluster', () => {
  let lab: Lab;
  const name = (kind: string): string => `my-${kind}`;

  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--clients', '1'], { timeoutMs: 170_000 });
    for (const kind of SCAFFOLD_KINDS) await lab.must(['job', 'new', kind, name(kind), '--own']);
  }, 240_000);
  afterAll(() => lab.end(), 120_000);

  it('run as they were written, and do what their checks say', async () => {
    const set = join(lab.home, 'set.json');
    writeFileSync(set, JSON.stringify([SCAFFOLD_KINDS.map(name)]));
    await lab.must(['job', 'deploy', '--all', set], { timeoutMs: 170_000 });
    const { stdout } = await lab.must(['job', 'verify', '--all'], { timeoutMs: 170_000 });
    for (const kind of SCAFFOLD_KINDS) expect(stdout).toMatch(new RegExp(`^${name(kind)} +yes `, 'm'));
  }, 300_000);

  it('take variables, and what a dispatch gives', async () => {
    await lab.must(['job', 'deploy', name('web'), '--var', 'count=2']);
    expect((await lab.must(['job', 'status', name('web')])).stdout).toMatch(/2 of 2/);
    const payload = join(lab.home, 'payload');
    writeFileSync(payload, 'twelve bytes');
    await lab.must(['exec', '--', 'nomad', 'job', 'dispatch', '-meta', 'who=you', name('parameterized'), payload]);
    const printed = async (): Promise<string> => (await lab.must(['job', 'logs', name('parameterized')])).stdout;
    await expect.poll(printed, { timeout: 60_000, interval: 500 }).toContain('for you: 12 bytes');
  }, 120_000);
});
