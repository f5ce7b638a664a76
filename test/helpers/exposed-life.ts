import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { createRedactor } from '../../packages/base/src/redact.js';
import { openSecret } from '../../packages/base/src/secret/open-secret.js';
import { Secret } from '../../packages/base/src/secret/secret.js';
import { issueLeaf } from '../../src/security/authority/issue.js';
import { issuingAuthority } from '../../src/security/authority/issuing-authority.js';
import { newPrivateKey } from '../../src/security/authority/new-private-key.js';
import { AUTHORITY_KEY } from '../../src/security/cluster-secrets.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import { answersHere } from './open-ports.js';
import { tempHome } from './temp-home.js';
import type { Operator } from './ucloud-operator.js';

interface Said {
  readonly url: string;
  readonly address: string;
  readonly outcome: string;
}

/** What leads to a cluster from outside, by its names: load balancers with their ports, addresses, firewalls, certificates. */
export async function atTheDoor(cloud: EmulatedCloud): Promise<string[]> {
  const listed = (action: string) => cloud.ok(action, { Limit: 100 });
  const [{ DataSet: balancers }, { EIPSet }, { DataSet: firewalls }, { DataSet: certificates }] = await Promise.all([
    listed('DescribeULB'),
    listed('DescribeEIP'),
    listed('DescribeFirewall'),
    listed('DescribeSSL'),
  ]);
  type Balancer = { Name: string; VServerSet: { Protocol: string; FrontendPort: number }[] };
  const isDoor = ({ Name }: { Name: string }): boolean => Name.includes('-ingress-');
  return [
    ...(balancers as Balancer[]).map(
      ({ Name, VServerSet }) => `balancer ${Name} ${VServerSet.map(({ Protocol, FrontendPort }) => `${Protocol} ${FrontendPort}`).join()}`,
    ),
    ...(EIPSet as { Name: string }[]).filter(isDoor).map(({ Name }) => `address ${Name}`),
    ...(firewalls as { Name: string }[]).filter(isDoor).map(({ Name }) => `firewall ${Name}`),
    ...(certificates as { SSLName: string }[]).map(({ SSLName }) => `certificate ${SSLName.split('.')[0]}`),
  ].toSorted();
}

/** The guide's lines: inner, public with TLS, and taken back; killed in between. Ends with something exposed, for `down` to take away. */
export async function expectExposed(
  { must, run, cluster, secrets }: Operator,
  cloud: EmulatedCloud,
  lines: readonly string[],
): Promise<void> {
  const [inner = [], open = [], back = []] = lines.map((line) => line.split(' ').slice(1));
  await must('job', 'deploy', 'hello', '--driver', 'exec');
  expect((await must(...open, '--plan')).stdout).toMatch(/\+ port http of hello · https:\/\/shop\.example\.org[^]*\+ job ingress/);
  expect(await atTheDoor(cloud)).toEqual([]);
  expect((await run(open, 'SIGKILL step apply-ingress')).code).toBe(137);
  // Nobody may take it for open, nor for given up.
  expect((await must('status')).stdout).toMatch(
    /^unserved {2}port http of hello · .* did not end; .*job expose hello --port http --public /m,
  );
  const { url, address, outcome } = (await must(...open, '--json')).json<Said>();
  expect([url, outcome]).toEqual(['https://shop.example.org', 'exposed']);
  expect((await must(...open, '--json')).json()).toMatchObject({ url, address, outcome: 'unchanged' });
  expect(await atTheDoor(cloud)).toEqual([
    'address nomadctl-prod-ingress-public',
    'balancer nomadctl-prod-ingress-public HTTPS 443',
    'certificate nomadctl-prod',
    'firewall nomadctl-prod-ingress-public',
  ]);

  // From outside, by the certificate of the cluster's authority, every instance; nothing else is open, and the key is nowhere.
  const curl = promisify(execFile);
  const ask = async (path = '/'): Promise<string> => {
    const known = [
      '--silent',
      '--noproxy',
      '*',
      '--max-time',
      '10',
      '--cacert',
      join(cluster, 'ca.pem'),
      '--resolve',
      `shop.example.org:443:${address}`,
    ];
    return (await curl('curl', [...known, `${url}${path}`])).stdout;
  };
  const instances = async (): Promise<number> => new Set(await Promise.all(Array.from({ length: 12 }, () => ask()))).size;
  expect(await ask()).toMatch(/^\s*hello from allocation/);
  await expect.poll(instances, { timeout: 60_000 }).toBe(2);
  expect(
    await answersHere(
      '127.0.0.1',
      [80, 22, 4646, 8501, 18_000, 18_001].map((port) => ({ address, port })),
    ),
  ).toEqual(Array(6).fill('silent'));
  const root = join(cluster, 'terraform/ingress');
  for (const file of readdirSync(root, { recursive: true, withFileTypes: true }))
    if (file.isFile() && !file.parentPath.includes('/.terraform'))
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain('PRIVATE KEY');

  // It follows Consul: nothing has to be told to the cloud.
  const asked = cloud.requests.list({ after: 0 }).filter(({ action }) => action === 'AllocateBackend').length;
  await must('job', 'scale', 'hello', '3');
  await expect.poll(instances, { timeout: 60_000 }).toBe(3);
  expect(cloud.requests.list({ after: 0 }).filter(({ action }) => action === 'AllocateBackend')).toHaveLength(asked);
  expect((await must('job', 'status', 'hello')).stdout).toContain(`exposed  port http · ${url} · at ${address} · public`);

  expect((await run(back, 'SIGKILL step apply-ingress')).code).toBe(137);
  expect((await must('job', 'status', 'hello')).stdout).toMatch(/^closing {2}port http: .* job expose hello --port http --remove$/m);
  await must(...back);
  expect((await must('status')).stdout).not.toMatch(/^(exposed|unserved|closing) /m);
  expect(await atTheDoor(cloud)).toEqual([]);
  expect((await must('job', 'list')).stdout).not.toMatch(/^ingress .*running/m);
  const inside = (await must(...inner, '--json')).json<Said>();
  expect((await must('exec', 'client-1', '--', 'curl', '-sS', '--max-time', '10', inside.url)).stdout).toContain('hello from allocation');

  // One of the authority's that was made long ago, as if nobody had run `up` since.
  const old = await agedCertificate({ secrets, cluster }, 'old.example.org');
  await must('job', 'expose', 'hello', '--host', 'old.example.org', '--tls', old);
  const journal = readFileSync(join(cluster, 'journal.json'), 'utf8');
  writeFileSync(join(cluster, 'journal.json'), journal.replace(/"by": ?"file"/, '"by":"cluster"'));
  expect((await must('status')).stdout).toMatch(/certificate of port http of job hello ends in 64 days; another one: \S.* up prod$/m);
  const stopped = await must('job', 'stop', 'hello');
  expect(stopped.stdout).toMatch(/It is still exposed.*https:\/\/old\.example\.org · at [\d.]+ · for the cluster's networks/);
}

/** Another `up` has made one anew that was about to end: the load balancer shows it. */
export async function expectRenewed({ must, cluster }: Operator): Promise<void> {
  const status = await must('status', '--json');
  expect(status.json()).not.toHaveProperty('endingCertificates');
  const [{ certificate, address = '', listen = 0 } = {}] = status.json<{
    exposed: { certificate?: { certificate: string; by: string }; address?: string; listen?: number }[];
  }>().exposed;
  expect(certificate?.by).toBe('cluster');
  const made = new X509Certificate(certificate?.certificate ?? '');
  expect(Date.parse(made.validTo) - Date.now()).toBeGreaterThan(360 * DAY_MS);
  expect(made.checkIssued(new X509Certificate(readFileSync(join(cluster, 'ca.pem'))))).toBe(true);
  const asked = ['-connect', `${address}:${listen}`, '-servername', 'old.example.org'];
  const { stdout } = await must('exec', 'client-1', '--', 'openssl', 's_client', ...asked);
  const [pem = ''] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(stdout) ?? [];
  expect(new X509Certificate(pem).fingerprint256).toBe(made.fingerprint256);
}

const DAY_MS = 24 * 3600 * 1000;

/** A PEM file with a certificate of the cluster's authority, 300 days old, and its key. */
async function agedCertificate({ secrets, cluster }: Pick<Operator, 'secrets' | 'cluster'>, host: string): Promise<string> {
  const redact = createRedactor();
  const signer = await issuingAuthority(new Secret(secrets()[AUTHORITY_KEY] ?? '', redact), {
    ca: join(cluster, 'ca.pem'),
    caChain: join(cluster, 'ca-chain.pem'),
  });
  const key = newPrivateKey(redact);
  const now = Date.now() - 300 * DAY_MS;
  const leaf = await issueLeaf(signer!, key, { name: host, names: { dns: [host], ip: [] }, now });
  const file = join(await tempHome(), 'old.pem');
  writeFileSync(file, `${leaf}${openSecret(key)}`, { mode: 0o600 });
  return file;
}
