import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureClusterSecrets } from '../../../../src/security/cluster-secrets.js';
import { rootOf } from '../../../../src/terraform/root.js';
import { forgetSecurity, isSecured, markSecured, refuseOtherProfile } from '../../../../src/ucloud/security/profile.js';
import { reachCluster } from '../../../../src/ucloud/security/reach-cluster.js';
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

test.each([
  [{ secured: true, made: true }, 'plain', 'secure'],
  [{ secured: true, made: true }, 'poc', 'secure'],
  [{ secured: false, made: true }, 'secure', 'plain'],
] as const)('hosts that were made as %j take no profile %s', async (there, profile, made) => {
  const { wish } = await scene(there);
  const error = await thrown(() => wish(profile));
  expect(error).toMatchObject({
    code: 'profile-fixed',
    message: `cluster prod was made with profile ${made}, and cannot have profile ${profile}`,
    next: `nomadctl up prod --profile ${made}, or make it anew: nomadctl down prod, then nomadctl up prod --profile ${profile}`,
  });
});

test.each([
  [{ secured: true, made: true }, 'secure'],
  [{ secured: false, made: true }, 'plain'],
  [{ secured: false, made: true }, 'poc'],
  [{ secured: false, made: false }, 'secure'],
] as const)('hosts that are there as %j may be brought up with profile %s', async (there, profile) => {
  const { wish } = await scene(there);
  await expect(wish(profile)).resolves.toBeUndefined();
});

test('agents are asked over TLS, with tokens, where they were made so; and not at all once what it takes is lost', async () => {
  const { ctx, paths } = await scene({ secured: true });
  const hosts = [hostNamed('consul-server-1', 'consul-server', '10.80.0.11')];
  const at = { ...ctx, cluster: { paths } };
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
