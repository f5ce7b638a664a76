import { expect, test } from 'vitest';
import { cloudAndRoot, expectNoPlan, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const NET = `
resource "ucloud_vpc" "net" {
  name        = "net"
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_subnet" "net" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.1.0/24"
}
`;

async function begin() {
  const { cloud, root } = await cloudAndRoot(programs);
  await root.write(NET);
  return { cloud, root };
}

test.skipIf(!programs)('HTTP 503 twice is survived where the provider tries again, and reported where it does not', async () => {
  const { cloud, root } = await begin();
  cloud.faults.add({ action: 'DescribeVPC', effect: { kind: 'http-status', status: 503 }, count: 2 });
  expect(await root.tryApply()).toMatchObject({ code: 0, errors: [] });
  await root.destroy();
  cloud.faults.add({ action: 'CreateVPC', effect: { kind: 'http-status', status: 503 }, count: 1 });
  const { code, errors } = await root.tryApply();
  expect([code, errors.join('\n')]).toEqual([1, expect.stringContaining('503 Service Unavailable')]);
  expect(await root.tryApply()).toMatchObject({ code: 0, errors: [] });
});

test.skipIf(!programs)('RetCode 150 is reported at once; the next apply goes on from what is there', async () => {
  const { cloud, root } = await begin();
  cloud.faults.add({ action: 'DescribeSubnet', effect: { kind: 'ret-code', code: 150, message: 'Service Unavailable' }, count: 1 });
  const { code, errors } = await root.tryApply();
  expect([code, errors.join('\n')]).toEqual([1, expect.stringContaining('[server.RetCodeError] 150 Service Unavailable')]);
  expect(trace(cloud, { actions: /^DescribeSubnet$/ })).toHaveLength(1);
  // The subnet was made and not seen: terraform holds it for broken and makes it anew.
  const next = await root.tryApply();
  expect([next.code, next.changes]).toEqual([0, { 'ucloud_subnet.net': 'replace' }]);
  await expectNoPlan(root, 'after the second apply');
  const { subnet, vpc } = (await cloud.control('GET', '/resources')).body.resources;
  expect([subnet, vpc]).toEqual([2, 2]);
});

test.skipIf(!programs)('an answer that got lost is reported, and the next run goes on', async () => {
  const { cloud, root } = await begin();
  const vpcs = async () => (await cloud.control('GET', '/resources')).body.resources.vpc;
  cloud.faults.add({ action: 'CreateVPC', effect: { kind: 'reset', when: 'after' }, count: 1 });
  const made = await root.tryApply();
  expect([made.code, made.errors.join('\n')]).toEqual([1, expect.stringContaining('[client.NetworkError]')]);
  // Made, and nobody knows its id: the provider makes another one.
  expect(await root.tryApply()).toMatchObject({ code: 0, errors: [] });
  expect(await vpcs()).toBe(3);
  // A deletion is asked for once more, and is told that there is nothing to delete.
  cloud.faults.add({ action: 'DeleteVPC', effect: { kind: 'reset', when: 'after' }, count: 1 });
  const gone = await root.tryDestroy();
  expect([gone.code, gone.errors.join('\n')]).toEqual([1, expect.stringContaining('54002')]);
  await root.destroy();
  expect(await vpcs()).toBe(2);
});

test.skipIf(!programs)('a cloud that is behind with its answers, and one that is busy, are waited for', async () => {
  const { cloud, root } = await begin();
  cloud.faults.add({ action: 'DescribeVPC', effect: { kind: 'stale', ms: 3_600_000 }, count: 2 });
  cloud.faults.add({ action: 'DescribeSubnet', effect: { kind: 'ret-code', code: 4400, message: 'Operation failed' }, count: 2 });
  expect(await root.tryApply()).toMatchObject({ code: 0, errors: [] });
  expect(cloud.requests.list({ action: 'DescribeVPC' }).map(({ faults }) => faults)).toEqual([['stale'], ['stale'], [], []]);
  expect(cloud.requests.list({ action: 'DescribeSubnet' }).map(({ retCode }) => retCode)).toEqual([4400, 4400, 0, 0]);
  await root.destroy();
});
