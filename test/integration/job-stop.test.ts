import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverOf, type Ask } from '../helpers/ask-agent.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { oldNomad } from '../helpers/old-nomad.js';
import { requireTool } from '../helpers/require-tool.js';

const consul = requireTool('consul');
const hasRedis = ['redis-server', 'redis-cli'].every((name) => requireTool(name) !== undefined);
const SENTENCE = 'stopping a job with several groups stops only one of them (mended in 1.11.1); nomadctl has the stop looked at again';

/** Groups of raw_exec sleeps that take their time to end: three seconds, and as long as a file is there. */
const job = (groups: readonly string[], { type = 'service', held = '/nowhere' } = {}): string => `
job "pair" {
  type = "${type}"
${groups
  .map(
    (name) => `
  group "${name}" {
    task "sleep" {
      driver       = "raw_exec"
      kill_timeout = "30s"
      config {
        command = "/bin/sh"
        args    = ["-c", "trap 'sleep 3; while test -e ${held}; do sleep 0.2; done; exit' INT TERM; while true; do sleep 0.2; done"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
  }`,
  )
  .join('\n')}
}
`;

interface Allocation {
  readonly TaskGroup: string;
  readonly ClientStatus: string;
  readonly DesiredStatus: string;
}

describe.each([
  ['the Nomad that nomadctl installs', requireTool('nomad'), false],
  ['a Nomad that stops one group of several', oldNomad(), true],
] as const)('job stop on %s', (_, nomad, isFaulty) => {
  describe.skipIf(consul === undefined || nomad === undefined)('with real agents', () => {
    let lab: Lab;
    let bin: string;
    let ask: Ask;
    const file = (): string => join(lab.home, 'pair.nomad.hcl');
    const nomadApi = async <T>(path: string, method = 'GET'): Promise<T> => (await (await ask(path, { method })).json()) as T;
    const allocations = (id = 'pair'): Promise<Allocation[]> => nomadApi(`/v1/job/${id}/allocations?all=true`);
    const live = async (id = 'pair'): Promise<string[]> =>
      (await allocations(id)).filter(({ ClientStatus }) => ClientStatus === 'running').map(({ TaskGroup }) => TaskGroup);
    /** Nomad refuses another type under the same name. */
    const deploy = async (text: string): Promise<void> => {
      await nomadApi('/v1/job/pair?purge=true', 'DELETE').catch(() => undefined);
      writeFileSync(file(), text);
      await lab.must(['job', 'deploy', file(), '--no-verify']);
    };

    beforeAll(async () => {
      bin = mkdtempSync(join(tmpdir(), 'nomadctl-bin-'));
      for (const [name, path] of Object.entries({ consul, nomad })) symlinkSync(path ?? '', join(bin, name));
      lab = openLab({ env: { PATH: `${bin}:/usr/bin:/bin:/usr/sbin:/sbin` } });
      const up = await lab.must(['up', '--clients', '1', '--drivers', 'raw_exec']);
      ({ nomad: ask } = await serverOf(lab));
      const said = up.stdout + up.stderr;
      if (isFaulty) expect(said).toContain('known faults that');
      else expect(said).not.toContain('known fault');
    });
    afterAll(async () => {
      await lab?.end();
      if (bin) rmSync(bin, { recursive: true, force: true });
    });

    it.each(['service', 'system'])('ends every group of a %s job, and only then says so', async (type) => {
      await deploy(job(['one', 'two', 'three'], { type }));
      expect(await live()).toHaveLength(3);
      const stopped = await lab.must(['job', 'stop', 'pair']);
      expect(await live()).toEqual([]);
      expect(stopped.stdout).toContain('pair is stopped.');
      if (isFaulty) expect(stopped.stderr).toContain(SENTENCE);
      else expect(stopped.stderr).not.toContain('stops only one');
      const again = await lab.must(['job', 'stop', 'pair']);
      expect(again.stdout).toContain('pair is stopped already.');
    });

    it.skipIf(!hasRedis)('ends redis and web, which the first job of everybody has, and knows it afterwards', async () => {
      await lab.must(['job', 'deploy', 'redis']);
      expect((await live('redis')).sort()).toEqual(['redis', 'web']);
      const stopped = await lab.must(['job', 'stop', 'redis']);
      expect([await live('redis'), stopped.stdout]).toEqual([[], expect.stringContaining('redis is stopped.')]);
      if (isFaulty) expect(stopped.stderr).toContain(SENTENCE);
      const seen = (await lab.must(['job', 'status', 'redis', '--json'])).json<{ allocations: { status: string }[] }>();
      expect(seen.allocations.filter(({ status }) => status === 'running')).toEqual([]);
      expect((await lab.must(['job', 'stop', 'redis'])).stdout).toContain('redis is stopped already.');
    });

    it('does not take the flag for the deed: what somebody else has stopped is stopped when nothing runs', async () => {
      const held = join(lab.home, 'held');
      writeFileSync(held, '');
      await deploy(job(['one', 'two', 'three'], { held }));
      await nomadApi('/v1/job/pair', 'DELETE');
      expect((await live()).length).toBeGreaterThan(0);
      const asked = async (): Promise<number> =>
        (await nomadApi<{ TriggeredBy: string }[]>('/v1/job/pair/evaluations')).filter(
          ({ TriggeredBy }) => TriggeredBy === 'job-deregister',
        ).length;
      const before = await asked();
      const stopping = lab.must(['job', 'stop', 'pair']);
      // It has looked at what runs before it asks for an end of its own.
      await expect.poll(asked).toBeGreaterThan(before);
      rmSync(held);
      const stopped = await stopping;
      expect(stopped.stdout).not.toContain('already');
      expect(await live()).toEqual([]);
    });

    it('purges when everything has ended', async () => {
      await deploy(job(['one', 'two']));
      const startedAt = Date.now();
      const stopped = await lab.must(['job', 'stop', 'pair', '--purge']);
      expect(stopped.stdout).toContain('pair is stopped and removed.');
      // Nomad forgets the allocations of a purged job at once, and they took three seconds to end.
      expect(Date.now() - startedAt).toBeGreaterThan(3000);
      expect(await allocations()).toEqual([]);
    });

    it('is told by doctor what is wrong with what runs', async () => {
      const { stdout } = await lab.run(['doctor', 'dev', '--json']);
      const { findings } = JSON.parse(stdout) as {
        findings: { id: string; found: string; remarks?: string[]; fix?: { command: string } }[];
      };
      const faults = findings.filter(({ id }) => id.startsWith('faults-nomad'));
      expect(faults).toHaveLength(isFaulty ? 1 : 0);
      for (const { found, remarks, fix } of faults) {
        expect(found).toMatch(/^\S+ on server-1, client-1, known faults: \d+$/);
        expect(remarks?.[0]).toContain('stopping a job with several groups');
        expect(fix?.command).toMatch(/^nomadctl config set versions\.nomad \S+ && nomadctl up dev$/);
      }
    });
  });
});
