import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createPaths } from '@nomadctl/base/paths';
import { createRedactor } from '@nomadctl/base/redact';
import { writeSecrets } from '../../../src/config/secrets.js';
import { clusterCertificate } from '../../../src/exposure/certificates.js';
import { endingExposures } from '../../../src/exposure/ending-exposures.js';
import { dueCertificates, renewedExposure } from '../../../src/exposure/renew-certificates.js';
import type { Exposure } from '../../../src/exposure/exposure.js';
import { issueAuthority } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { AUTHORITY_KEY } from '../../../src/security/cluster-secrets.js';
import { tempHome } from '../../helpers/temp-home.js';
import { hintLine } from '../../helpers/hint-line.js';

const DAY_MS = 24 * 3600 * 1000;
const now = Date.now();
const web: Exposure = {
  ...{ job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'public', listen: 8443, protocol: 'http' },
  ...{ host: 'shop.example', from: ['192.0.2.0/24'] },
};

async function place() {
  const home = await tempHome();
  const paths = createPaths({ home, tools: home, packageRoot: home }).cluster('dev');
  const redact = createRedactor();
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  const sign = async (): Promise<string> => {
    const key = newPrivateKey(redact);
    await writeSecrets(paths, { [AUTHORITY_KEY]: key }, { redact });
    const authority = await issueAuthority(key, { cluster: 'dev', now: now - 300 * DAY_MS });
    writeFileSync(paths.ca, authority);
    return authority;
  };
  return { at: { cluster: 'dev', paths, redact, now }, sign };
}

test('of what is exposed with certificates of the authority, those are due that end soon, or are of another authority', async () => {
  const { at, sign } = await place();
  const authority = await sign();
  const issued = async (made: number): Promise<Exposure> => ({
    ...web,
    certificate: (await clusterCertificate({ ...at, host: 'shop.example', now: made })).shown,
  });
  const [young, old] = [await issued(now), await issued(now - 300 * DAY_MS)];
  expect(await dueCertificates({ exposures: [web, young, old] }, at)).toEqual([old]);
  const { exposure, key } = await renewedExposure(old, at);
  const made = new X509Certificate(exposure.certificate?.certificate ?? '');
  expect([made.checkIssued(new X509Certificate(authority)), made.checkHost('shop.example'), key !== undefined]).toEqual([
    true,
    'shop.example',
    true,
  ]);
  expect({ ...exposure, certificate: undefined }).toEqual({ ...old, certificate: undefined });
  expect(await dueCertificates({ exposures: [exposure] }, at)).toEqual([]);
  await sign();
  expect(await dueCertificates({ exposures: [young, exposure] }, at)).toEqual([young, exposure]);
});

test("nothing is due where the key of the authority is elsewhere, or the certificate is the user's", async () => {
  const { at, sign } = await place();
  await sign();
  const { shown } = await clusterCertificate({ ...at, host: 'shop.example', now: now - 300 * DAY_MS });
  expect(await dueCertificates({ exposures: [{ ...web, certificate: { ...shown, by: 'file' } }] }, at)).toEqual([]);
  const other = await place();
  expect(await dueCertificates({ exposures: [{ ...web, certificate: shown }] }, other.at)).toEqual([]);
});

test('one that ends is named with the command that brings another: up, or the whole exposure with another file', async () => {
  const { at, sign } = await place();
  await sign();
  const { shown } = await clusterCertificate({ ...at, host: 'shop.example', now: now - 300 * DAY_MS });
  const exposures = [
    { ...web, certificate: shown },
    { ...web, namespace: 'team', path: '/cart', certificate: { ...shown, by: 'file' as const } },
    { ...web, certificate: (await clusterCertificate({ ...at, host: 'shop.example' })).shown },
    web,
  ];
  const ending = endingExposures('dev', { exposures }, now);
  expect(ending.map(({ of, until, renew }) => [of, Math.round((until - now) / DAY_MS), hintLine(renew)])).toEqual([
    ['port http of job web', 65, 'nomadctl up dev'],
    [
      'port http of job web',
      65,
      'nomadctl job expose web --port http --namespace team --public --listen 8443 --protocol http --host shop.example --path /cart --from 192.0.2.0/24 --tls <file>',
    ],
  ]);
});
