import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { rootOf } from '../../../../src/terraform/root.js';
import { upPlan } from '../../../../src/targets/ucloud/up-plan.js';
import { securingPlan } from '../../../../src/targets/ucloud/securing/securing-plan.js';
import { refuseReplacing, upgradeAtUcloud } from '../../../../src/targets/ucloud/securing/upgrade.js';
import type { UcloudTargetCluster } from '../../../../src/targets/ucloud/ucloud-cluster.js';
import { markSecured } from '../../../../src/ucloud/security/profile.js';
import { hintLine } from '../../../helpers/hint-line.js';
import { hostNamed } from '../../../helpers/servers-double.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const options = { replace: false, replaceHosts: [], leaveJobs: false };
const idsOf = ({ steps }: ReturnType<typeof securingPlan>): string[] => steps.flat().map(({ id }) => id);
const ids = idsOf(securingPlan(options, { clientCertificates: false }));
const at = (id: string): number => ids.indexOf(id);

it('has every step of a secured up once, in its order', () => {
  const up = idsOf(upPlan(options, { profile: 'secure', clientCertificates: false }));
  expect(ids.filter((id) => up.includes(id))).toEqual(up);
  expect(new Set(ids).size).toBe(ids.length);
});

it('chooses every secret and opens the firewall before an agent ends, and sets hosts up when all have', () => {
  for (const earlier of ['make-authority', 'apply-cluster', 'start-hosts']) expect(at(earlier)).toBeLessThan(at('stop-plain-agents'));
  expect(at('set-up-hosts')).toBe(at('stop-plain-agents') + 1);
});

it('deploys jobs again when workloads can log in, and closes Consul after that', () => {
  const first = at('deploy-jobs-again');
  expect(ids.slice(first, first + 4)).toEqual(['deploy-jobs-again', 'begin-closing', 'restart-consul', 'end-securing']);
  expect(first).toBeGreaterThan(at('set-up-workloads'));
  expect(first).toBeGreaterThan(at('wait-for-clients'));
});

async function cluster(profile: 'secure' | 'plain'): Promise<UcloudTargetCluster> {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('prod');
  const { state } = rootOf(paths, 'cluster');
  mkdirSync(dirname(state), { recursive: true });
  writeFileSync(state, JSON.stringify({ resources: [{ mode: 'managed' }] }));
  return { name: 'prod', target: 'ucloud', paths, settings: ucloudSettings({ profile }) };
}

it('is agreed to as what it does to the agents', async () => {
  const hosts = [
    { ...hostNamed('consul-server-1', 'consul-server', '10.80.0.11'), zone: 'z', imageId: 'i' },
    { ...hostNamed('client-1', 'client', '10.81.0.11'), zone: 'z', imageId: 'i' },
  ];
  expect(await upgradeAtUcloud(await cluster('secure'), { hosts })).toMatchObject({
    summary: 'cluster prod becomes secure, for good',
    isRunning: true,
    lines: expect.arrayContaining([expect.stringContaining('all 3 agents of its 2 hosts')]) as string[],
  });
  expect(await upgradeAtUcloud(await cluster('plain'), { hosts })).toBeUndefined();
});

it('makes no host anew before all are those of a secured cluster', async () => {
  const prod = await cluster('secure');
  refuseReplacing(prod, options);
  const error = await thrown(async () => refuseReplacing(prod, { ...options, replaceHosts: ['client-1', 'client-2'] }));
  expect(error).toMatchObject({ code: 'upgrade-and-replace' });
  const given = { path: ['up'], args: { name: 'prod' }, flags: { profile: 'secure', replaceHost: ['client-1'] } };
  expect(hintLine(error.next, given)).toMatch(/^nomadctl up prod .*--profile plain.* && nomadctl up prod --profile secure/);
  await markSecured(prod.paths);
  refuseReplacing(prod, { ...options, replace: true });
});
