import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Operator } from './ucloud-operator.js';

/** A class gives its clients a disk and a label, those that are there too; a job that asks for both writes there. Of a cluster of two clients. */
export async function expectVolume({ must, home }: Operator): Promise<void> {
  await must('config', 'set', 'clientClasses', 'default:2 volume=/srv/cache:20 meta.tier=fast');
  await must('up');
  expect((await must('up', '--json')).json()).toMatchObject({ stepsRun: 0 });
  const file = join(home, 'volume.nomad.json');
  const constraint = (LTarget: string, RTarget: string) => ({ LTarget, RTarget, Operand: '=' });
  const job = {
    ...{ ID: 'volume', Type: 'batch', Datacenters: ['*'] },
    Constraints: [constraint('${node.class}', 'default'), constraint('${meta.tier}', 'fast')],
    TaskGroups: [
      {
        ...{ Name: 'write', Count: 1, Volumes: { cache: { Name: 'cache', Type: 'host', Source: 'srv-cache' } } },
        Tasks: [
          {
            ...{ Name: 'write', Driver: 'exec', Config: { command: '/bin/sh', args: ['-c', 'echo written > /cache/task'] } },
            VolumeMounts: [{ Volume: 'cache', Destination: '/cache' }],
            Resources: { CPU: 50, MemoryMB: 32 },
          },
        ],
      },
    ],
  };
  writeFileSync(file, JSON.stringify({ Job: job }));
  await must('exec', '--', 'nomad', 'job', 'run', '-json', file);
  const written = async (): Promise<string> => {
    const said = ['client-1', 'client-2'].map((host) => must('exec', host, '--', 'sh', '-c', 'cat /srv/cache/task 2>/dev/null || true'));
    return (await Promise.all(said)).map(({ stdout }) => stdout.trim()).join('');
  };
  await expect.poll(written, { timeout: 60_000, interval: 2000 }).toBe('written');
  for (const host of ['client-1', 'client-2'])
    expect((await must('exec', host, '--', 'findmnt', '-n', '-o', 'SOURCE,FSTYPE', '/srv/cache')).stdout).toMatch(/^\/dev\/vd\w +ext4/);
  await must('job', 'stop', 'volume', '--purge');
}

const MARK = 'echo kept > /srv/cache/mark && chown 1000:1000 /srv/cache && chmod 0750 /srv/cache';

export async function markVolume({ must }: Operator, host: string): Promise<void> {
  await must('exec', host, '--', 'sh', '-c', MARK);
}

/** Also in a host that took the place of the one that was marked. */
export async function expectMarked({ must }: Operator, host: string): Promise<void> {
  const { stdout } = await must('exec', host, '--', 'sh', '-c', 'cat /srv/cache/mark && stat -c "%u %a" /srv/cache');
  expect(stdout).toBe('kept\n1000 750\n');
}
