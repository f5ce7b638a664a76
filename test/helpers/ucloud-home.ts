import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import { cloudTime } from './laid-cluster.js';
import { createTestContext, type TestContextOptions } from './test-context.js';

export type UcloudHome = Awaited<ReturnType<typeof ucloudHome>>;

/** A home with the file and the keys of a cluster at an emulated cloud, and that cloud's own time. */
export async function ucloudHome(
  cloud: EmulatedCloud,
  { name = 'prod', settings = '', ...options }: TestContextOptions & { name?: string; settings?: string } = {},
) {
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  const ctx = await createTestContext({ ...options, overrides: { clock: cloudTime(cloud), ...options.overrides } });
  const paths = ctx.paths.cluster(name);
  const lines = [
    ...['version: 1', `name: ${name}`, 'target: ucloud', `projectId: ${projectId}`, `region: ${region}`],
    ...[`baseUrl: ${cloud.url}`, 'allowIp: [203.0.113.7/32]', settings],
  ];
  await writeFileAtomic(paths.file, `${lines.join('\n')}\n`);
  await writeFileAtomic(
    paths.secrets,
    JSON.stringify({ ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey, rootPassword: 'Example_12' }),
    0o600,
  );
  return ctx;
}
