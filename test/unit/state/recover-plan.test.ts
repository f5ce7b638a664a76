import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { rootOf } from '../../../src/terraform/root.js';
import { emulatedCloud } from '../../helpers/emulated-cloud.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { createTestContext } from '../../helpers/test-context.js';

const TAG = 'nomadctl-prod';

/** An account with a network of the cluster and one of somebody else, and a home without anything. */
async function scene() {
  const cloud = await emulatedCloud();
  const { VPCId } = await cloud.ok('CreateVPC', { Name: `${TAG}-management`, 'Network.0': '10.81.0.0/16', Tag: TAG });
  const subnet = { VPCId, SubnetName: `${TAG}-management`, Subnet: '10.81.0.0', Netmask: 24, Tag: TAG };
  const { SubnetId } = await cloud.ok('CreateSubnet', subnet);
  await cloud.ok('CreateVPC', { Name: 'theirs', 'Network.0': '10.82.0.0/16' });
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  const ctx = await createTestContext({ env: { UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey } });
  const paths = ctx.paths.cluster('prod');
  const place = ['--project-id', projectId, '--region', region, '--base-url', cloud.url];
  const plan = async (...flags: string[]) => {
    const parsed = await parseCommand(['state', 'recover', 'prod', '--plan', ...flags], ctx);
    const result = await parsed?.command.run(parsed, ctx);
    return { text: result?.text ?? '', takesIn: (result?.data as { takesIn: string[] }).takesIn };
  };
  const names = { vpc: `${VPCId} (${TAG}-management)`, subnet: `${SubnetId} (${TAG}-management)` };
  const file = `projectId: ${projectId}\nregion: ${region}\nbaseUrl: ${cloud.url}\nallowIp: [203.0.113.7/32]\n`;
  const known = () => writeFileAtomic(paths.file, `version: 1\nname: prod\ntarget: ucloud\n${file}`);
  const holds = (id: unknown) =>
    writeFileAtomic(
      rootOf(paths, 'network').state,
      JSON.stringify({
        ...{ version: 4, serial: 3, lineage: 'one', outputs: {} },
        resources: [{ mode: 'managed', type: 'ucloud_vpc', name: 'this', instances: [{ attributes: { id } }] }],
      }),
    );
  return { cloud, plan, place, names, known, holds, VPCId: VPCId as string };
}

test('a plan lists what it would take in: all of the tag, and of a cluster that has its file what no state holds', async () => {
  const { plan, place, names, known, holds, VPCId } = await scene();
  const lost = await plan(...place);
  expect(lost.takesIn).toEqual([names.subnet, names.vpc]);
  for (const name of lost.takesIn) expect(lost.text).toContain(`\n  ${name}\n`);

  await known();
  expect((await plan()).takesIn).toEqual([names.subnet, names.vpc]);
  await holds(VPCId);
  const { takesIn, text } = await plan();
  expect([takesIn, text]).toEqual([
    [names.subnet],
    `Would take in what is at UCloud for prod and in no state:\n  ${names.subnet}\n\nNothing was changed.`,
  ]);
});

test('what is exposed is told, and that nobody knows any more of which job it is', async () => {
  const { cloud, plan, place, names, VPCId } = await scene();
  await cloud.ok('CreateULB', { ULBName: `${TAG}-ingress-public`, OuterMode: 'Yes', Tag: TAG, VPCId });
  await cloud.ok('AllocateEIP', { Name: `${TAG}-ingress-public`, Tag: TAG, OperatorName: 'Bgp', Bandwidth: 1 });
  const { takesIn, text } = await plan(...place);
  expect(takesIn).toEqual([names.subnet, names.vpc]);
  expect(text).toContain(
    '1 address, 1 load balancer of exposed ports serve on, and are not taken in: job expose makes others in their place',
  );
});
