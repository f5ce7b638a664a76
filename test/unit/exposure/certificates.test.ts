import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createPaths } from '@nomadctl/base/paths';
import { createRedactor } from '@nomadctl/base/redact';
import { clusterCertificate, fileCertificate } from '../../../src/exposure/certificates.js';
import { writeSecrets } from '../../../src/config/secrets.js';
import { issueAuthority } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { AUTHORITY_KEY } from '../../../src/security/cluster-secrets.js';
import { tempHome } from '../../helpers/temp-home.js';

const fixture = (name: string): string => new URL(`../../fixtures/tls/${name}`, import.meta.url).pathname;
const now = Date.now();
const about = () => ({ redact: createRedactor(), now, host: 'server.global.nomad' });

test('a certificate of a file is taken with its key, from one file or two', async () => {
  const { shown, key } = await fileCertificate({ file: fixture('agent.pem'), keyFile: fixture('agent.key') }, about());
  expect([shown.by, shown.chain, shown.fingerprint]).toEqual(['file', '', expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(new X509Certificate(shown.certificate).subject).toBe('CN=server.global.nomad');
  expect(String(key)).not.toContain('PRIVATE');
});

test.each<[string, { file: string; keyFile?: string }, object, string]>([
  ['no certificate', { file: fixture('agent.key') }, {}, 'there is no certificate in it'],
  ['no key', { file: fixture('agent.pem') }, {}, 'there is no private key in it; --tls-key names another file'],
  ['the key of another one', { file: fixture('ca.pem'), keyFile: fixture('agent.key') }, {}, 'is not that of the certificate'],
  [
    'one that has ended',
    { file: fixture('agent.pem'), keyFile: fixture('agent.key') },
    { now: now + 200 * 365 * 86_400_000 },
    'has ended on',
  ],
  ['another name', { file: fixture('agent.pem'), keyFile: fixture('agent.key') }, { host: 'shop.example' }, 'and not for shop.example'],
])('%s', async (_, files, more, why) => {
  await expect(fileCertificate(files, { ...about(), ...more })).rejects.toMatchObject({
    code: 'certificate-invalid',
    why: [expect.stringContaining(why)],
  });
});

test('a file that is not there is told by its name', async () => {
  await expect(fileCertificate({ file: '/nowhere.pem' }, about())).rejects.toMatchObject({ code: 'certificate-unreadable' });
});

test('the authority of the cluster signs a name for a year, and anew when it has to', async () => {
  const home = await tempHome();
  const paths = createPaths({ home, tools: home, packageRoot: home }).cluster('dev');
  const { redact } = about();
  const request = { redact, now, cluster: 'dev', paths, host: 'shop.example' };
  await expect(clusterCertificate(request)).rejects.toMatchObject({ code: 'no-authority' });
  const key = newPrivateKey(redact);
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  await writeSecrets(paths, { [AUTHORITY_KEY]: key }, { redact });
  const authority = await issueAuthority(key, { cluster: 'dev', now });
  writeFileSync(paths.ca, authority);
  const { shown } = await clusterCertificate(request);
  const certificate = new X509Certificate(shown.certificate);
  expect([certificate.checkHost('shop.example'), certificate.checkIssued(new X509Certificate(authority)), shown.by]).toEqual([
    'shop.example',
    true,
    'cluster',
  ]);
  expect(shown.chain).toBe(authority);
  expect(await clusterCertificate({ ...request, before: shown })).toEqual({ shown });
  const later = { ...request, now: now + 300 * 86_400_000, before: shown };
  expect((await clusterCertificate(later)).shown.fingerprint).not.toBe(shown.fingerprint);
  expect((await clusterCertificate({ ...request, host: 'other.example', before: shown })).key).toBeDefined();
});
