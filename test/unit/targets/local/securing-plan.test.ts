import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocalCluster } from '../../../../src/targets/local/local-cluster.js';
import { markFormed } from '../../../../src/agents/formed.js';
import { markProfile } from '../../../../src/agents/profile/profile-mark.js';
import { endSecuring, markSecuring } from '../../../../src/security/securing/securing-mark.js';
import { securedUpPlan } from '../../../../src/targets/local/plan.js';
import { securingPlan } from '../../../../src/targets/local/securing-plan.js';
import { isSecuring } from '../../../../src/agents/profile/refuse-other-profile.js';
import { halfwayOf } from '../../../../src/targets/halfway.js';
import { refuseUnformed, upgradeOf } from '../../../../src/targets/local/upgrade.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { thrown } from '../../../helpers/thrown.js';

const idsOf = (plan: typeof securedUpPlan): string[] => plan.steps.flat().map(({ id }) => id);
const ids = idsOf(securingPlan({ connect: () => Promise.reject(new Error('nobody asks')), leaveJobs: false }));
const at = (id: string): number => ids.indexOf(id);

describe('the stages from plain to secure', () => {
  it('have every step of a secured up, in its order', () => {
    const own = new Set(idsOf(securedUpPlan));
    expect(ids.filter((id) => own.has(id))).toEqual(idsOf(securedUpPlan));
  });

  it('have each step once', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('make keys and certificates before an agent stops, and write no configuration while one of the old kind runs', () => {
    for (const earlier of ['make-authority', 'certify-nodes']) expect(at(earlier)).toBeLessThan(at('stop-plain-agents'));
    expect(at('stop-plain-agents')).toBe(at('write-agent-configs') - 1);
  });

  it('deploy jobs again when workloads can log in, and close Consul after that', () => {
    expect(ids.slice(-5)).toEqual(['deploy-jobs-again', 'begin-closing', 'write-closed-configs', 'restart-consul', 'end-securing']);
    expect(at('deploy-jobs-again')).toBeGreaterThan(at('set-up-workloads'));
  });
});

async function cluster(profile: 'secure' | 'poc'): Promise<LocalCluster> {
  const agents = join(await tempHome(), 'agents');
  await mkdir(join(agents, 'server-1', 'consul', 'data'), { recursive: true });
  await markProfile(agents, 'poc');
  return { name: 'dev', target: 'local', settings: { profile }, paths: { agents } } as unknown as LocalCluster;
}

describe('a plain cluster that is to be secure', () => {
  it('has to be agreed to once, and then goes on', async () => {
    const dev = await cluster('secure');
    const { agents } = dev.paths;
    expect(isSecuring(dev)).toBe(true);
    expect(upgradeOf(dev, {})).toMatchObject({
      summary: 'cluster dev becomes secure, for good',
      lines: expect.arrayContaining([expect.stringContaining('it is stopped')]) as string[],
    });
    expect(halfwayOf(dev)).toBeUndefined();
    await markSecuring(agents, { begunAt: 1, stage: 'open' });
    expect(upgradeOf(dev, {})).toBeUndefined();
    expect(halfwayOf(dev)).toContain('have been stopped');
    await markProfile(agents, 'secure');
    expect(isSecuring(dev)).toBe(true);
    expect(halfwayOf(dev)).toContain('Consul still serves everybody');
    await markSecuring(agents, { begunAt: 1, stage: 'closing' });
    expect(halfwayOf(dev)).toContain('is being closed');
    await endSecuring(agents);
    expect(isSecuring(dev)).toBe(false);
    expect(halfwayOf(dev)).toBeUndefined();
  });

  it('stays plain where nobody asked for more', async () => {
    const dev = await cluster('poc');
    expect(isSecuring(dev)).toBe(false);
    expect(upgradeOf(dev, {})).toBeUndefined();
  });

  it('has elected before', async () => {
    const dev = await cluster('secure');
    expect(await thrown(() => refuseUnformed(dev))).toMatchObject({
      code: 'profile-fixed',
      next: hintMatching(/nomadctl up dev --profile poc && nomadctl up dev --profile secure/),
    });
    await markFormed(dev.paths.agents);
    refuseUnformed(dev);
  });
});
