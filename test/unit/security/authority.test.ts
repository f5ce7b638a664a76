import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { authorityProblem, ensureAuthority } from '../../../src/security/authority/authority-file.js';
import { certifiedNames } from '../../../src/security/authority/certified-names.js';
import { isKeyOf, leafProblem, lifeOf } from '../../../src/security/authority/certificate-standing.js';
import { isEnding } from '../../../packages/base/src/certificates/certificate-life.js';
import { issuingAuthority } from '../../../src/security/authority/issuing-authority.js';
import { issueAuthority, issueForRequest, issueLeaf, mayVouch, vouchFor, type Authority } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { createRedactor } from '../../../packages/base/src/redact.js';
import type { Secret } from '../../../packages/base/src/secret/secret.js';
import { openAll } from '../../helpers/secret-values.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const redact = createRedactor();
const now = Date.now();
const DAY_MS = 24 * 3600 * 1000;
const server = { name: 'server-1', role: 'server', datacenter: 'dc1', addresses: ['127.0.64.1'] } as const;
const names = certifiedNames(server);
const text = (secret: Secret): string => openAll({ secret })['secret'] ?? '';

let authority: Authority;
let key: Secret;
let leaf: string;

beforeAll(async () => {
  const own = newPrivateKey(redact);
  authority = { key: own, certificate: await issueAuthority(own, { cluster: 'dev', now }) };
  key = newPrivateKey(redact);
  leaf = await issueLeaf(authority, key, { name: 'server-1', names, now });
});

describe('names in a certificate', () => {
  it.each([
    ['server', ['server.dc1.consul', 'server.global.nomad']],
    ['consul-server', ['server.dc1.consul']],
    ['nomad-server', ['client.dc1.consul', 'server.global.nomad']],
    ['client', ['client.dc1.consul', 'client.global.nomad']],
  ] as const)('of a %s are %j and what is its own', (role, roles) => {
    expect(certifiedNames({ ...server, role })).toEqual({ dns: [...roles, 'localhost'], ip: ['127.0.0.1', '127.0.64.1'] });
  });

  it('have the address that all nodes share once', () => {
    expect(certifiedNames({ ...server, addresses: ['127.0.0.1'] }).ip).toEqual(['127.0.0.1']);
  });
});

describe("a cluster's authority", () => {
  it('may sign for ten years', () => {
    const own = new X509Certificate(authority.certificate);
    expect(own.ca).toBe(true);
    expect(own.verify(own.publicKey)).toBe(true);
    expect(own.subject).toBe('CN=nomadctl authority of dev');
    expect(own.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const { from, until } = lifeOf(authority.certificate) ?? { from: 0, until: 0 };
    expect(Math.round((until - now) / DAY_MS)).toBe(3650);
    expect(Math.round((now - from) / 60_000)).toBe(5);
  });

  it('signs with the same key what an earlier certificate of its own vouches for', async () => {
    const anew = await issueAuthority(authority.key, { cluster: 'dev', now });
    expect(new X509Certificate(anew).serialNumber).not.toBe(new X509Certificate(authority.certificate).serialNumber);
    expect(leafProblem({ certificate: leaf, key }, { authority: anew, names, now })).toBeUndefined();
  });
});

describe('an authority that comes after another', () => {
  /** Whether somebody who trusts one of them takes a node that shows this, in TLS as it is. */
  async function isTaken(trusted: string, shown: string): Promise<boolean> {
    const server = createServer({ cert: shown, key: text(key) }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect({
      ca: trusted,
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      servername: 'server.dc1.consul',
    });
    const taken = await once(socket, 'secureConnect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    server.close();
    return taken;
  }

  it('is taken by whoever trusts one before it, when that has vouched for it, and by no other', async () => {
    const successor = async (of: Authority, earlier: string): Promise<Authority & { chain: string }> => {
      const own = newPrivateKey(redact);
      const certificate = await issueAuthority(own, { cluster: 'dev', now });
      return { key: own, certificate, chain: `${await vouchFor({ certificate }, of, { now })}${earlier}` };
    };
    const second = await successor(authority, '');
    const third = await successor(second, second.chain);
    const shown = await issueLeaf(third, key, { name: 'server-1', names, now });
    const stranger = await issueAuthority(newPrivateKey(redact), { cluster: 'dev', now });
    for (const { certificate } of [authority, second, third]) expect(await isTaken(certificate, `${shown}${third.chain}`)).toBe(true);
    expect(await isTaken(third.certificate, shown)).toBe(true);
    expect(await isTaken(authority.certificate, shown)).toBe(false);
    expect(await isTaken(stranger, `${shown}${third.chain}`)).toBe(false);
    expect(mayVouch(authority)).toBe(true);
    expect(lifeOf(second.chain)?.until).toBe(lifeOf(authority.certificate)?.until);
  });

  it('signs with what was said for it, by its key', async () => {
    const { paths } = { paths: { ca: join(await tempHome(), 'ca.pem'), caChain: join(await tempHome(), 'chain.pem') } };
    const own = newPrivateKey(redact);
    const next = await issueAuthority(own, { cluster: 'dev', now });
    const chain = await vouchFor({ certificate: next }, authority, { now });
    await writeFile(paths.ca, `${next}${authority.certificate}`);
    await writeFile(paths.caChain, chain);
    expect(await issuingAuthority(own, paths)).toMatchObject({ certificate: next, chain });
    expect(await issuingAuthority(authority.key, paths)).toMatchObject({ certificate: authority.certificate, chain: '' });
    expect(await issuingAuthority(newPrivateKey(redact), paths)).toBeUndefined();
  });
});

describe("a node's certificate", () => {
  it('is a server and a client of TLS for a year, by its names', () => {
    const own = new X509Certificate(leaf);
    expect(own.ca).toBe(false);
    expect(own.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(own.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(own.subject).toBe('CN=server-1');
    expect(own.subjectAltName).toBe(
      'DNS:server.dc1.consul, DNS:server.global.nomad, DNS:localhost, IP Address:127.0.0.1, IP Address:127.0.64.1',
    );
    expect([...(own.keyUsage ?? [])].sort()).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(Math.round(((lifeOf(leaf)?.until ?? 0) - now) / DAY_MS)).toBe(365);
    expect(isKeyOf(key, leaf)).toBe(true);
  });

  it('has a serial number that is positive and its own', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => issueLeaf(authority, key, { name: 'x', names, now })));
    const numbers = made.map((pem) => new X509Certificate(pem).serialNumber);
    expect(new Set(numbers).size).toBe(20);
    for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it('is good for openssl, too', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not there');
    const folder = await tempHome();
    const [ca, node] = [join(folder, 'ca.pem'), join(folder, 'node.pem')];
    await Promise.all([writeFile(ca, authority.certificate), writeFile(node, leaf)]);
    const verify = (...more: string[]) => execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, ...more, node]).toString();
    for (const purpose of ['sslserver', 'sslclient']) expect(verify('-purpose', purpose)).toBe(`${node}: OK\n`);
    expect(verify('-verify_hostname', 'server.global.nomad')).toBe(`${node}: OK\n`);
    expect(verify('-verify_ip', '127.0.64.1')).toBe(`${node}: OK\n`);
    expect(() => verify('-verify_hostname', 'client.global.nomad')).toThrow();
    expect(await readFile(ca, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n[^]+\n-----END CERTIFICATE-----\n$/);
  });

  it('lets both sides of TLS know each other', async () => {
    const own = { ca: authority.certificate, cert: leaf, key: text(key) };
    const listening = createServer({ ...own, requestCert: true, rejectUnauthorized: true }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const met = once(listening, 'secureConnection') as Promise<[TLSSocket]>;
    const client = connect({ ...own, host: '127.0.0.1', port: (listening.address() as AddressInfo).port });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    expect((await met)[0].authorized).toBe(true);
    client.destroy();
    listening.close();
  });

  it('is made anew when it would not do', async () => {
    const wanted = { authority: authority.certificate, names, now };
    const problem = (change: Partial<typeof wanted>, pair = { certificate: leaf, key }) => leafProblem(pair, { ...wanted, ...change });
    expect(problem({})).toBeUndefined();
    expect(problem({ now: now + 240 * DAY_MS })).toBeUndefined();
    expect(problem({ now: now + 244 * DAY_MS })).toBe('it ends soon');
    expect(problem({ names: certifiedNames({ ...server, role: 'client' }) })).toBe('it names something else');
    expect(problem({ names: certifiedNames({ ...server, addresses: ['127.0.65.1'] }) })).toBe('it names something else');
    const other = newPrivateKey(redact);
    expect(problem({ authority: await issueAuthority(other, { cluster: 'dev', now }) })).toBe('somebody else has signed it');
    expect(problem({}, { certificate: leaf, key: other })).toBe('its key is another one');
    expect(problem({}, { certificate: leaf.slice(0, 200), key })).toBe('there is no whole certificate');
  });

  it('has entered its last third some days before it ends', () => {
    expect(isEnding({ from: 0, until: 90 }, 60)).toBe(false);
    expect(isEnding({ from: 0, until: 90 }, 61)).toBe(true);
  });
});

describe('a request of a node that keeps its key', () => {
  const request = async (): Promise<{ pem: string; publicKey: string }> => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = join(await tempHome(), 'key.pem');
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const wish = ['-subj', '/CN=server-9', '-addext', 'subjectAltName=DNS:server.dc1.consul'];
    const pem = execFileSync('openssl', ['req', '-new', '-key', file, ...wish]).toString();
    return { pem, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  };

  it('gets the names that we give it, for the key that it has', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not there');
    const { pem, publicKey } = await request();
    const client = certifiedNames({ ...server, role: 'client' });
    const own = new X509Certificate(await issueForRequest(authority, pem, { name: 'client-1', names: client, now }));
    expect(own.subject).toBe('CN=client-1');
    expect(own.subjectAltName).toContain('DNS:client.dc1.consul');
    expect(own.subjectAltName).not.toContain('server');
    expect(own.publicKey.export({ type: 'spki', format: 'pem' })).toBe(publicKey);
  });

  it('is refused when another key has signed it', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not there');
    const bytes = Buffer.from((await request()).pem.replace(/-----[^-]+-----/g, ''), 'base64');
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    const error = await thrown(() => issueForRequest(authority, forged, { name: 'client-1', names, now }));
    expect(String(error)).toContain('the request of client-1 is not signed by the key in it');
  });
});

describe("the file with the authority's certificate", () => {
  const CLUSTER = { cluster: 'dev' };
  async function file() {
    const home = await tempHome();
    const paths = { ca: join(home, 'ca.pem'), secrets: join(home, 'secrets.json') };
    const own = newPrivateKey(redact);
    const ensure = (at: number, inUse = true) => ensureAuthority(own, at, { ...CLUSTER, paths, inUse });
    return { paths, own, ensure, problem: (at: number) => authorityProblem(own, { paths, now: at }) };
  }

  it.each([
    ['cut short', (pem: string) => pem.slice(0, 200), now, 'its certificate is not whole'],
    ['empty', () => '', now, 'its certificate is not whole'],
    ['of a clock that was ahead', (pem: string) => pem, now - 2 * DAY_MS, 'its certificate does not hold now'],
    ['ended', (pem: string) => pem, now + 11 * 365 * DAY_MS, 'its certificate does not hold now'],
  ])('is made again by the same key when it is %s, also while agents trust it', async (_, harm, at, problem) => {
    const { paths, own, ensure, problem: problemAt } = await file();
    const first = await ensure(now);
    expect(await problemAt(now)).toBeUndefined();
    await writeFile(paths.ca, harm(first));
    expect(await problemAt(at)).toBe(problem);
    const second = await ensure(at);
    expect(await problemAt(at)).toBeUndefined();
    expect(second).not.toBe(first);
    expect(isKeyOf(own, second)).toBe(true);
    expect(await ensure(at)).toBe(second);
    // Whoever has a certificate of the one before gets another one, for agents that read both when they start.
    const nodeKey = newPrivateKey(redact);
    const young = { key: own, certificate: second };
    const before = await issueLeaf(young, nodeKey, { name: 'server-1', names, now: at - DAY_MS });
    expect(leafProblem({ certificate: before, key: nodeKey }, { authority: second, names, now: at })).toBe('its authority is younger');
    const after = await issueLeaf(young, nodeKey, { name: 'server-1', names, now: at });
    expect(leafProblem({ certificate: after, key: nodeKey }, { authority: second, names, now: at })).toBeUndefined();
  });

  it('is refused when it is another one’s, while agents trust it', async () => {
    const { paths, ensure } = await file();
    await writeFile(paths.ca, authority.certificate);
    expect((await thrown(() => ensure(now))).code).toBe('authority-other');
    await ensure(now, false);
    expect(await readFile(paths.ca, 'utf8')).not.toBe(authority.certificate);
  });
});
