import { describe, expect, it } from 'vitest';
import type { JobVariable } from '../../../../src/jobs/catalogue/job-manifest.js';
import type { Node } from '../../../../src/clients/nomad-node-model.js';
import { chooseDriver, requireDriver } from '../../../../src/jobs/rollout/choose-driver.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { requirePrograms } from '../../../../src/jobs/rollout/require-programs.js';
import { thrown } from '../../../helpers/thrown.js';

const variable: JobVariable = { name: 'driver', type: 'driver', description: 'd', choices: ['raw_exec', 'exec', 'docker'] };

function node(drivers: Record<string, boolean>, more: Partial<Node> = {}): Node {
  const Drivers = Object.fromEntries(
    Object.entries(drivers).map(([name, Healthy]) => [
      name,
      { Detected: true, Healthy, HealthDescription: Healthy ? 'Healthy' : 'broken' },
    ]),
  );
  return {
    ID: 'n',
    Name: 'client-1',
    Datacenter: 'dc1',
    NodeClass: '',
    Status: 'ready',
    Drain: false,
    SchedulingEligibility: 'eligible',
    Drivers,
    ...more,
  };
}

describe('chooseDriver', () => {
  it.each([
    ['the preferred one', [node({ exec: true, raw_exec: true })], 'raw_exec'],
    ['the next that is healthy', [node({ exec: true, raw_exec: false })], 'exec'],
    ['one that any node offers', [node({}), node({ exec: true })], 'exec'],
    ['the preferred one where no node takes work', [node({ exec: true }, { SchedulingEligibility: 'ineligible' })], 'raw_exec'],
  ])('takes %s', (_, nodes, expected) => {
    expect(chooseDriver('redis', variable, { nodes, ownHosts: false })).toBe(expected);
  });

  it('never takes docker by itself, and says how to ask for it', async () => {
    const error = await thrown(() => chooseDriver('redis', variable, { nodes: [node({ docker: true, exec: false })], ownHosts: false }));
    expect(error).toMatchObject({
      code: 'driver-missing',
      exitCode: 3,
      message: 'no node offers a driver for redis: raw_exec or exec',
      why: ['client-1 · raw_exec: not there · exec: not healthy (broken)'],
      next: 'run the same command again with --driver docker',
    });
  });

  it('says what takes the place of a job that runs in docker alone', async () => {
    const alone = { ...variable, choices: ['docker'] };
    const elsewhere = 'without docker, job postgres keeps documents, too';
    expect(await thrown(() => chooseDriver('mongo', alone, { nodes: [node({ docker: true })], ownHosts: false, elsewhere }))).toMatchObject(
      {
        code: 'driver-missing',
        message: 'mongo runs in docker alone, which has to be asked for on this computer',
        why: ['client-1 · docker: healthy', elsewhere],
        next: 'run the same command again with --driver docker',
      },
    );
    expect(await thrown(() => requireDriver('docker', { nodes: [node({ docker: false })], elsewhere }))).toMatchObject({
      why: ['client-1 · not healthy (broken)', elsewhere],
    });
    expect(await thrown(() => chooseDriver('mongo', alone, { nodes: [node({})], ownHosts: true, elsewhere }))).toMatchObject({
      message: 'no node offers a driver for mongo: docker',
      why: ['client-1 · docker: not there', elsewhere],
    });
  });

  it.each([
    ['docker first', [node({ docker: true, exec: true })], 'docker'],
    ['another where docker is not healthy', [node({ docker: false, exec: true })], 'exec'],
  ])('takes %s on hosts of the cluster', (_, nodes, expected) => {
    expect(chooseDriver('redis', variable, { nodes, ownHosts: true })).toBe(expected);
  });

  it('refuses a driver that was asked for and works nowhere', async () => {
    expect(() => requireDriver('exec', { nodes: [node({ exec: true })] })).not.toThrow();
    expect(await thrown(() => requireDriver('docker', { nodes: [node({ docker: false })] }))).toMatchObject({
      code: 'driver-missing',
      why: ['client-1 · not healthy (broken)'],
    });
  });
});

describe('requirePrograms', () => {
  const install = async (): Promise<Hint> => nomadctl`doctor --fix`;

  it('finds programs on the PATH it was given', async () => {
    const found = await requirePrograms({ job: 'redis', programs: ['sh'], driver: 'raw_exec', path: '/nowhere:/bin:/usr/bin', install });
    expect(found.get('sh')).toBe('/bin/sh');
  });

  it('names every missing program at once', async () => {
    expect(
      await thrown(() => requirePrograms({ job: 'redis', programs: ['sh', 'no-a', 'no-b'], driver: 'exec', path: '/bin', install })),
    ).toMatchObject({
      code: 'program-missing',
      exitCode: 3,
      message: 'job redis needs no-a and no-b, which are not on this computer',
      next: 'nomadctl doctor --fix',
    });
  });
});
