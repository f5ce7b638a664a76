import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { assignNodes } from '../../../../src/agents/node-assignment.js';
import { nodeCertificate } from '../../../../src/agents/node-record.js';
import { markProfile } from '../../../../src/agents/profile/profile-mark.js';
import { nodesFor } from '../../../../src/agents/topology.js';
import { endsIn } from '../../../../src/targets/ends-in.js';
import { securityStanding } from '../../../../src/targets/local/security-standing.js';
import { certifiedNames } from '../../../../src/security/authority/certified-names.js';
import { issueAuthority, issueLeaf } from '../../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../../src/security/authority/new-private-key.js';
import { slotClaims } from '../../../helpers/slot-claims.js';
import { createTestContext } from '../../../helpers/test-context.js';

const DAY_MS = 24 * 3600 * 1000;

async function scene(profile: 'secure' | 'poc') {
  const { paths: all, redact } = await createTestContext();
  const paths = all.cluster('dev');
  const wanted = nodesFor({ servers: 1, clients: 1, splitRoles: false });
  const { nodes } = await assignNodes({ owner: 'dev', mode: 'addresses', wanted, known: [], formed: false, claims: slotClaims(2) });
  await markProfile(paths.agents, profile);
  return { paths, nodes, redact };
}

it('is that of a cluster that is there', async () => {
  const { paths, nodes } = await scene('poc');
  expect(await securityStanding({ paths }, nodes, Date.now())).toEqual({ profile: 'poc', ending: [] });
  expect(await securityStanding({ paths }, [], Date.now())).toBeUndefined();
});

it('tells which certificates are in the last third of their life', async () => {
  const { paths, nodes, redact } = await scene('secure');
  const now = Date.now();
  const key = newPrivateKey(redact);
  const authority = { key, certificate: await issueAuthority(key, { cluster: 'dev', now }) };
  await writeFile(paths.ca, authority.certificate);
  for (const { name, role, address } of nodes) {
    const names = certifiedNames({ name, role, datacenter: 'dc1', addresses: [address] });
    const { certificate } = nodeCertificate(paths.agents, name);
    await mkdir(dirname(certificate), { recursive: true });
    // One was made half a year later.
    const made = name === 'client-1' ? now + 180 * DAY_MS : now;
    await writeFile(certificate, await issueLeaf(authority, newPrivateKey(redact), { name, names, now: made }));
  }
  expect(await securityStanding({ paths }, nodes, now + 200 * DAY_MS)).toEqual({ profile: 'secure', ending: [] });
  const later = await securityStanding({ paths }, nodes, now + 300 * DAY_MS);
  expect(later?.ending.map(({ of }) => of)).toEqual(['server-1']);
  expect(endsIn((later?.ending[0]?.until ?? 0) - (now + 300 * DAY_MS))).toBe('ends in 64 days');
});

it.each([
  [-1, 'has ended'],
  [0, 'has ended'],
  [DAY_MS - 1, 'ends today'],
  [DAY_MS, 'ends in 1 day'],
  [2.5 * DAY_MS, 'ends in 2 days'],
])('%d ms left: %s', (left, words) => {
  expect(endsIn(left)).toBe(words);
});
