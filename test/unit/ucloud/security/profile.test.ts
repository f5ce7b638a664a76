import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureClusterSecrets } from '../../../../src/security/cluster-secrets.js';
import { endSecuring, markSecuring } from '../../../../src/security/securing/securing-mark.js';
import { rootOf } from '../../../../src/terraform/root.js';
import {
  forgetSecurity,
  isSecured,
  isSecuring,
  isUpgrade,
  madeWith,
  markSecured,
  refuseOtherCertificates,
  refuseOtherProfile,
  refusePlain,
  securedBy,
} from '../../../../src/ucloud/security/profile.js';
import { reachCluster } from '../../../../src/ucloud/security/reach-cluster.js';
import { hintLine } from '../../../helpers/hint-line.js';
import { hostNamed } from '../../../helpers/servers-double.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

async function scene({ secured = false, made = false } = {}) {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('prod');
  mkdirSync(paths.dir, { recursive: true });
  if (secured) await markSecured(paths);
  const { state } = rootOf(paths, 'cluster');
  mkdirSync(dirname(state), { recursive: true });
  if (made) writeFileSync(state, JSON.stringify({ resources: [{ mode: 'managed' }] }));
  const wish = (profile: 'plain' | 'secure' | 'poc') => refuseOtherProfile({ name: 'prod', paths, settings: ucloudSettings({ profile }) });
  return { ctx, paths, wish };
}

test.each(['plain', 'poc'] as const)('hosts that were made secure, or are on their way, take no profile %s', async (profile) => {
  for (const securing of [true, false]) {
    const { paths, wish } = await scene({ secured: !securing, made: true });
    if (securing) await markSecuring(paths.agents, { begunAt: 1, stage: 'open' });
    const error = await thrown(() => wish(profile));
    expect(error).toMatchObject({
      code: 'profile-fixed',
      message: `cluster prod is secured, and cannot have profile ${profile}`,
      next: `nomadctl up prod --profile secure, or make it anew: nomadctl down prod && nomadctl up prod --profile ${profile}`,
    });
  }
});

test.each([
  [{ secured: true, made: true }, 'secure', false],
  [{ secured: false, made: true }, 'secure', true],
  [{ secured: false, made: true }, 'plain', false],
  [{ secured: false, made: true }, 'poc', false],
  [{ secured: false, made: false }, 'secure', false],
] as const)('hosts that are there as %j may be brought up with profile %s', async (there, profile, becomesSecure) => {
  const { paths, wish } = await scene(there);
  await expect(wish(profile)).resolves.toBeUndefined();
  const cluster = { paths, settings: ucloudSettings({ profile }) };
  expect([await isUpgrade(cluster), await isSecuring(cluster)]).toEqual([becomesSecure, becomesSecure]);
});

test('one that is on its way is agreed to no more, and goes on whatever its file says', async () => {
  const { paths } = await scene({ made: true });
  await markSecuring(paths.agents, { begunAt: 1, stage: 'open' });
  const cluster = { name: 'prod', paths, settings: ucloudSettings({ profile: 'secure' }) };
  expect([await isUpgrade(cluster), await isSecuring(cluster), await madeWith(paths)]).toEqual([false, true, {}]);
  expect(await securedBy(cluster)).toBeUndefined();
  await markSecured(paths);
  expect(await isSecuring(cluster)).toBe(true);
  await endSecuring(paths.agents);
  expect(await isSecuring(cluster)).toBe(false);
});

test('whether a secured cluster asks everybody for a certificate is settled when its hosts are made', async () => {
  const { paths } = await scene({ secured: true, made: true });
  const wish = (clientCertificates: boolean) =>
    refuseOtherCertificates({ name: 'prod', paths, settings: ucloudSettings({ clientCertificates }) });
  await expect(wish(false)).resolves.toBeUndefined();
  expect(await thrown(() => wish(true))).toMatchObject({
    code: 'certificates-fixed',
    next: 'nomadctl config set clientCertificates false --cluster prod, or make it anew: nomadctl down prod',
  });
  writeFileSync(paths.operator.certificate, 'certificate');
  await expect(wish(true)).resolves.toBeUndefined();
  expect(await thrown(() => wish(false))).toMatchObject({ message: expect.stringContaining('was made to ask everybody') as string });
});

test('agents are asked over TLS, with tokens, where they were made so; and not at all once what it takes is lost', async () => {
  const { ctx, paths } = await scene({ secured: true });
  const hosts = [hostNamed('consul-server-1', 'consul-server', '10.80.0.11')];
  const at = { ...ctx, cluster: { paths, settings: { datacenter: 'dc1' } } };
  expect(await thrown(() => reachCluster(hosts, at))).toMatchObject({
    code: 'secrets-missing',
    message: expect.stringContaining(paths.secrets) as string,
  });
  await ensureClusterSecrets({ paths, redact: ctx.redact }, ['consul-server-1']);
  writeFileSync(paths.ca, 'certificate');
  const cluster = await reachCluster(hosts, at);
  const [node] = cluster.nodes;
  expect(node && cluster.endpoint(node, 'consul')).toMatchObject({
    url: 'https://10.80.0.11:8501',
    ca: { pem: 'certificate', file: paths.ca },
    token: expect.anything() as object,
  });
});

test('what a secured cluster had is forgotten with its hosts, and the keys to the cloud are not', async () => {
  const { ctx, paths } = await scene({ secured: true });
  writeFileSync(paths.secrets, JSON.stringify({ ucloudPublicKey: 'mine' }), { mode: 0o600 });
  await ensureClusterSecrets({ paths, redact: ctx.redact }, ['client-1', 'gone-2']);
  writeFileSync(paths.ca, 'certificate');
  mkdirSync(join(paths.dir, 'hosts'));
  await forgetSecurity(paths, ctx.redact);
  expect(JSON.parse(readFileSync(paths.secrets, 'utf8'))).toEqual({ ucloudPublicKey: 'mine' });
  expect([paths.ca, join(paths.dir, 'hosts'), paths.agents].filter((path) => existsSync(path))).toEqual([]);
  expect(isSecured(paths)).toBe(false);
});

test('a cluster that an earlier release made stays plain, whatever the default is by now; how it is secured is said', async () => {
  const { paths } = await scene({ made: true });
  expect(await madeWith(paths)).toEqual({ profile: 'plain' });
  expect(await securedBy({ name: 'prod', paths })).toEqual('nomadctl up prod --profile secure');
  await markSecured(paths);
  expect([await madeWith(paths), await securedBy({ name: 'prod', paths })]).toEqual([{}, undefined]);
});

test('where terraform has lost its state, the journal knows of hosts', async () => {
  const { paths } = await scene();
  expect([await madeWith(paths), await securedBy({ name: 'prod', paths })]).toEqual([{}, undefined]);
  const state = { hosts: [hostNamed('client-1', 'client', '10.81.0.11')] };
  writeFileSync(paths.journal, JSON.stringify({ version: 1, cluster: 'prod', state, steps: {}, runs: [] }));
  expect(await madeWith(paths)).toEqual({ profile: 'plain' });
});

test('profile plain is for clusters that are there', async () => {
  const [there, fresh] = [await scene({ made: true }), await scene()];
  const wish = ({ paths }: typeof there) => refusePlain({ name: 'prod', paths, settings: ucloudSettings({ profile: 'plain' }) });
  await expect(wish(there)).resolves.toBeUndefined();
  const error = await thrown(() => wish(fresh));
  expect(error).toMatchObject({ code: 'profile-past', message: 'cluster prod has no hosts yet, and cannot have profile plain' });
  const given = { path: ['up'], args: { name: 'prod' }, flags: { profile: 'plain' } };
  expect(hintLine(error.next, given)).toMatch(/^nomadctl up .*--profile secure, or nomadctl up .*--profile poc --accept-insecure/);
});
