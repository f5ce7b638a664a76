import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mapBounded } from '../../packages/base/src/map-bounded.js';
import { serverOf } from '../helpers/ask-agent.js';
import { openLab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const JOBS = 2000;

/** No client takes it. */
const nowhere = (ID: string) => ({
  ...{ ID, Name: ID, Type: 'service', Datacenters: ['*'] },
  Constraints: [{ LTarget: '${node.class}', RTarget: 'nowhere', Operand: '=' }],
  TaskGroups: [{ Name: 'group', Tasks: [{ Name: 'true', Driver: 'raw_exec', Config: { command: '/bin/true' } }] }],
});

/** Says in a file that it was asked to end, two seconds after that. */
const polite = (file: string): string => `
job "polite" {
  group "group" {
    task "task" {
      driver       = "raw_exec"
      kill_timeout = "10s"
      config {
        command = "/bin/sh"
        args    = ["-c", "trap 'sleep 2; echo ended > ${file}; exit' INT TERM; while true; do sleep 0.2; done"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
`;

describe.skipIf(!ready)('a cluster with many jobs', () => {
  test('is read at a glance, and goes down when its tasks have ended', { timeout: 180_000 }, async () => {
    const lab = openLab();
    onTestFinished(() => lab.end());
    await lab.must(['up', '--clients', '1', '--drivers', 'raw_exec']);
    const { nomad } = await serverOf(lab);
    const [file, ended] = [join(lab.home, 'polite.nomad.hcl'), join(lab.home, 'ended')];
    writeFileSync(file, polite(ended));
    await lab.must(['job', 'deploy', file, '--no-verify']);
    const ids = Array.from({ length: JOBS }, (_, index) => `many-${index}`);
    await mapBounded(ids, 16, async (id) => {
      const reply = await nomad('/v1/jobs', { method: 'POST', body: JSON.stringify({ Job: nowhere(id) }) });
      expect(reply.status, await reply.text()).toBe(200);
    });
    const { stdout } = await lab.must(['status']);
    expect(stdout).toContain(`${JOBS + 1} jobs: `);
    expect(stdout).toContain('nomadctl status --all');
    expect(stdout.split('\n').length).toBeLessThan(45);
    expect((await lab.must(['status', '--all'])).stdout.split('\n').length).toBeGreaterThan(JOBS);
    const listed = (await lab.must(['job', 'list'])).stdout.split('\n');
    expect(listed.filter((line) => line.includes('many-')).length).toBeLessThan(25);
    expect(listed.length).toBeLessThan(60);
    expect((await lab.must(['job', 'list', '--json'])).json<{ jobs: unknown[] }>().jobs.length).toBeGreaterThan(JOBS);
    const down = await lab.must(['down']);
    expect(down.stderr).toMatch(/Stopping jobs +polite/);
    expect(existsSync(ended), `the task ended before its client did:\n${down.stderr}`).toBe(true);
  });
});
