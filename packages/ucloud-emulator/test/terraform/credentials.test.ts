import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Account } from '../../src/scope/accounts.js';
import { emulatedCloud, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';
import { settingsFor, terraformRoot, type RootOptions } from '../../../../test/helpers/terraform-root.js';

const programs = findUcloudTerraform();
const LOOK = 'data "ucloud_vpcs" "all" {}\noutput "count" {\n  value = data.ucloud_vpcs.all.total_count\n}\n';

const account: Account = {
  name: 'firm',
  projects: [
    { id: 'org-one', name: 'one' },
    { id: 'org-two', name: 'two' },
  ],
  keys: [
    { publicKey: 'owner', privateKey: 'owner-secret' },
    { publicKey: 'reader', privateKey: 'reader-secret', actions: ['Describe*'], projects: ['org-one'], regions: ['cn-bj2'] },
  ],
};
const other: Account = {
  name: 'other',
  projects: [{ id: 'org-else', name: 'else' }],
  keys: [{ publicKey: 'stranger', privateKey: 'else' }],
};

async function lookAs(cloud: EmulatedCloud, given: Readonly<Record<string, string>>, more: Partial<RootOptions> = {}) {
  const settings = { base_url: cloud.url, public_key: 'owner', private_key: 'owner-secret', project_id: 'org-one', region: 'cn-bj2' };
  const provider = Object.fromEntries(Object.entries({ ...settings, ...given }).filter(([, value]) => value !== ''));
  const root = await terraformRoot({ programs, provider, ...more });
  await root.write(LOOK);
  return { root, ...(await root.tryApply()) };
}

const firm = () => emulatedCloud({ accounts: [account, other] });

test.skipIf(!programs).each([
  ['a wrong private key', { private_key: 'guessed' }, '[server.RetCodeError] 171 Signature VerifyAC Error'],
  ['a public key of nobody', { public_key: 'nobody' }, '[server.RetCodeError] 172 User Not Exists'],
  ['a project of others', { project_id: 'org-else' }, '[server.RetCodeError] 292 Project [org-else] not exists'],
  ['a region that is not offered', { region: 'cn-atlantis' }, '[server.RetCodeError] 230 Params [Region] not available'],
])('%s is reported in the words of the cloud', async (_what, given, words) => {
  const { code, errors } = await lookAs(await firm(), given);
  expect(code).toBe(1);
  expect(errors.join('\n')).toContain(words);
});

test.skipIf(!programs)('a key with few rights may look, and is told what it may not', async () => {
  const { root, code, outputs } = await lookAs(await firm(), { public_key: 'reader', private_key: 'reader-secret' });
  expect([code, outputs['count']]).toEqual([0, 1]);
  await root.write('resource "ucloud_vpc" "net" {\n  cidr_blocks = ["10.8.0.0/16"]\n}\n');
  const { errors } = await root.tryApply();
  expect(errors.join('\n')).toContain('299 No permission for action [CreateVPC]');
});

test.skipIf(!programs)('assume_role: one call for keys, which then sign everything', async () => {
  const cloud = await firm();
  const role = 'assume_role {\n    role_urn     = "ucs:iam::1:role/builder"\n    session_name = "night"\n    duration     = "900s"\n  }';
  const { code, outputs } = await lookAs(cloud, {}, { providerBlocks: role });
  expect([code, outputs['count']]).toEqual([0, 1]);
  const requests = cloud.requests.list();
  expect(requests[0]).toMatchObject({
    action: 'AssumeRole',
    params: { RoleUrn: 'ucs:iam::1:role/builder', RoleSessionName: 'night', DurationSeconds: '900' },
  });
  const others = requests.filter(({ action }) => action !== 'AssumeRole');
  expect(others.length).toBeGreaterThan(0);
  for (const { params } of others)
    expect([params['SecurityToken'], params['PublicKey']]).toEqual(['[redacted]', expect.not.stringMatching('owner')]);
});

test.skipIf(!programs)('keys from the environment, from a shared file, and over plain HTTP', async () => {
  const cloud = await firm();
  const keys = { public_key: '', private_key: '' };
  const env = { UCLOUD_PUBLIC_KEY: 'owner', UCLOUD_PRIVATE_KEY: 'owner-secret', UCLOUD_PROJECT_ID: 'org-two', UCLOUD_REGION: 'hk' };
  expect(await lookAs(cloud, { ...keys, project_id: '', region: '' }, { env })).toMatchObject({ code: 0, errors: [] });
  expect(cloud.requests.list().at(-1)?.params).toMatchObject({ ProjectId: 'org-two', Region: 'hk' });

  const file = join(await tempHome(), 'credential.json');
  await writeFile(file, JSON.stringify([{ profile: 'night', public_key: 'owner', private_key: 'owner-secret' }]));
  const shared = { ...keys, profile: 'night', shared_credentials_file: file };
  expect(await lookAs(cloud, shared)).toMatchObject({ code: 0, errors: [] });

  // `insecure` is http://api.ucloud.cn: the emulator stands in as the proxy on the way to it.
  const insecure = { base_url: '', insecure: 'true' };
  const before = cloud.requests.list().length;
  expect(await lookAs(cloud, insecure, { env: { HTTP_PROXY: cloud.url, NO_PROXY: '' } })).toMatchObject({ code: 0, errors: [] });
  expect(cloud.requests.list().length).toBeGreaterThan(before);
});

test.skipIf(!programs)('more than a page of them is read to the end', async () => {
  const cloud = await firm();
  const eips = { OperatorName: 'Bgp', Bandwidth: 1, Count: 20 };
  for (let batch = 0; batch < 6; batch++) await cloud.ok('AllocateEIP', eips);
  const root = await terraformRoot({ programs, provider: settingsFor(cloud) });
  const { outputs } = await root.apply('data "ucloud_eips" "all" {}\noutput "count" {\n  value = data.ucloud_eips.all.total_count\n}\n');
  expect(outputs['count']).toBe(120);
  expect(cloud.requests.list({ action: 'DescribeEIP' }).map(({ params }) => params['Offset'])).toEqual(['0', '100']);
});
