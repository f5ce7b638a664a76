import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { certificateFile, type NodeHost } from '../../../src/machines/host-nodes.js';
import { newTasksCertificate, tasksCertificateFile } from '../../../src/machines/tasks-certificate.js';
import { hostsToSetUp } from '../../../src/machines/hosts-setup.js';
import { AUTHORITY_KEY } from '../../../src/security/cluster-secrets.js';
import { writeSecrets } from '../../../src/config/secrets.js';
import { issueAuthority, issueLeaf, vouchFor } from '../../../src/security/authority/issue.js';
import { keptAuthority } from '../../../src/security/authority/kept-authority.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { createTestContext } from '../../helpers/test-context.js';

const DAY_MS = 24 * 3600 * 1000;
const host: NodeHost = { name: 'client-1', role: 'client', id: 'uhost-1', zone: 'z', privateIp: '10.81.0.11', publicIp: '203.0.113.11' };

/** A cluster whose one host got its certificate some days ago. */
async function scene({ daysAgo = 0 } = {}) {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('prod');
  const now = ctx.clock.now();
  const [key, own] = [newPrivateKey(ctx.redact), newPrivateKey(ctx.redact)];
  const certificate = await issueAuthority(key, { cluster: 'prod', now: now - daysAgo * DAY_MS });
  await writeFileAtomic(paths.ca, certificate);
  await writeSecrets(paths, { [AUTHORITY_KEY]: key }, ctx);
  const names = { dns: ['client.dc1.consul', 'client.global.nomad', 'localhost'], ip: ['127.0.0.1', '10.81.0.11', '203.0.113.11'] };
  const leaf = await issueLeaf({ key, certificate }, own, { name: 'client-1', names, now: now - daysAgo * DAY_MS });
  await writeFileAtomic(certificateFile(paths, host), leaf);
  const look = async (hosts: readonly NodeHost[], apart: readonly string[] = [], clientCertificates = false) =>
    (await hostsToSetUp({ cluster: { paths, settings: { datacenter: 'dc1', clientCertificates } }, hosts, apart, ctx })).map(
      ({ because }) => because,
    );
  return { look, paths, ctx, authority: { key, certificate }, names };
}

test('a host that has its certificate is left alone, as long as it holds', async () => {
  const { look } = await scene();
  expect(await look([host])).toEqual([]);
  const { look: later } = await scene({ daysAgo: 250 });
  expect(await later([host])).toEqual(['needs another certificate: it ends soon']);
});

test('where agents ask for certificates, a host with Nomad needs one for its tasks besides, which is nobody’s role', async () => {
  const { look, paths, ctx, authority } = await scene();
  expect(await look([host], [], true)).toEqual(['needs another certificate: its tasks have none']);
  expect(await look([{ ...host, role: 'consul-server' }], [], true)).not.toContain('needs another certificate: its tasks have none');
  const issuing = { ...authority, chain: '' };
  const { certificate, files } = await newTasksCertificate(host, { issuing, now: ctx.clock.now(), redact: ctx.redact });
  await writeFileAtomic(tasksCertificateFile(paths, host), certificate);
  expect(await look([host], [], true)).toEqual([]);
  expect(new X509Certificate(certificate).subjectAltName).toBe('DNS:client-1.tasks.nomadctl.internal');
  expect(files.map(({ path, mode, owner }) => [path, mode, owner])).toEqual([
    ['/var/lib/nomadctl/tasks-key.pem', '0640', 'root:root'],
    ['/etc/nomadctl/tasks.pem', '0644', 'root:root'],
  ]);
});

test('one of another id is new, whatever its name; so is one whose certificate cannot be read, and one that has moved', async () => {
  const { look, paths } = await scene();
  const other = { ...host, id: 'uhost-2' };
  expect(await look([other])).toEqual(['is new']);
  expect(await look([other], ['client-1'])).toEqual([]);
  expect(await look([{ ...host, publicIp: '203.0.113.99' }])).toEqual(['needs another certificate: it names something else']);
  writeFileSync(certificateFile(paths, host), 'torn');
  expect(await look([host])).toEqual(['needs another certificate: there is no whole certificate']);
});

test('while the authority is being replaced, the one that signs counts, and what the old one says of it goes with a certificate', async () => {
  const { look, paths, ctx, authority, names } = await scene();
  const own = { key: newPrivateKey(ctx.redact) };
  const [now, where] = [ctx.clock.now(), { paths, redact: ctx.redact }];
  const certificate = await issueAuthority(own.key, { cluster: 'prod', now });
  await writeFileAtomic(paths.caChain, await vouchFor({ certificate }, authority, { now }));
  await writeFileAtomic(paths.ca, `${certificate}${authority.certificate}`);
  // It is announced, and the old one still signs.
  expect(await look([host])).toEqual([]);
  expect((await keptAuthority(where))?.chain).toBe('');
  await writeSecrets(paths, { [AUTHORITY_KEY]: own.key }, ctx);
  expect(await look([host])).toEqual(['needs another certificate: somebody else has signed it']);
  const issuing = (await keptAuthority(where))!;
  const leaf = await issueLeaf(issuing, newPrivateKey(ctx.redact), { name: 'client-1', names, now });
  await writeFileAtomic(certificateFile(paths, host), `${leaf}${issuing.chain}`);
  expect([await look([host]), issuing.chain]).toEqual([[], expect.stringContaining('BEGIN CERTIFICATE')]);
});
