import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openFinding } from '../../../../src/targets/open-finding.js';
import { securityAtUcloud } from '../../../../src/targets/ucloud/security-standing.js';
import { markSecured } from '../../../../src/ucloud/security/profile.js';
import { hostNamed } from '../../../helpers/servers-double.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const hosts = [hostNamed('client-1', 'client', '10.81.0.11')];

test.each([
  // What the hosts were made with counts, not what the file says by now.
  ['secure', false, 'plain'],
  ['plain', false, 'plain'],
  ['poc', false, 'poc'],
  ['poc', true, 'secure'],
] as const)('a file that says %s, of hosts that were made secured (%s), is of a cluster with profile %s', async (profile, marked, told) => {
  const { paths } = await createTestContext();
  const cluster = { paths: paths.cluster('prod'), settings: ucloudSettings({ profile }) };
  mkdirSync(cluster.paths.dir, { recursive: true });
  if (marked) await markSecured(cluster.paths);
  expect(await securityAtUcloud(cluster, {}, Date.now())).toBeUndefined();
  const standing = await securityAtUcloud(cluster, { hosts }, Date.now());
  expect(standing).toMatchObject({ profile: told });
  const found = openFinding('prod', standing ?? { profile: 'secure', ending: [] }, undefined).map((finding) => finding.found);
  expect(found).toEqual(told === 'secure' ? [] : [`profile ${told}: whoever reaches an agent can do anything with the cluster`]);
});
