// The library wants it before itself.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
  type JsonName,
  type X509CertificateCreateParams,
} from '@peculiar/x509';
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { CertifiedNames } from './certified-names.js';
import { EARLIER_MS } from './earlier.js';

/*
 * Makes certificates: the only file that loads the library for it, which takes as long as a whole small command. Import it with
 * `import()`, where one has to be made. To read and check certificates, Node's own `X509Certificate` is enough.
 */

/** A cluster's certificate authority. */
export interface Authority {
  /** PKCS #8 in PEM. */
  readonly key: Secret;
  /** PEM. */
  readonly certificate: string;
}

interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_MS = 10 * 365 * DAY_MS;
const LEAF_MS = 365 * DAY_MS;

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
type Extensions = NonNullable<X509CertificateCreateParams['extensions']>;

/**
 * The certificate of an authority that has this key, in PEM, for ten years. It may sign nodes, and the authority that comes after
 * it: `vouchFor`.
 */
export async function issueAuthority(key: Secret, { cluster, now }: Moment & { readonly cluster: string }): Promise<string> {
  const keys = await keysOf(key);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(now, AUTHORITY_MS),
    serialNumber: serialNumber(),
    name: nameOf(`nomadctl authority of ${cluster}`),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemOf(certificate);
}

/**
 * By what an authority vouches for its successor, in PEM, as long as it holds itself: whoever trusts the one trusts what the
 * other signs, when he is shown this with it (RFC 4949: cross-certificate).
 */
export async function vouchFor(successor: Pick<Authority, 'certificate'>, authority: Authority, { now }: Moment): Promise<string> {
  const [subject, issuer] = [new X509Certificate(successor.certificate), new X509Certificate(authority.certificate)];
  const { privateKey } = await keysOf(authority.key);
  const [own, theirs] = await Promise.all(
    [subject, issuer].map((certificate) => certificate.publicKey.export(CURVE, ['verify'], webcrypto)),
  );
  if (!own || !theirs) throw new Error('a certificate has no key');
  const certificate = await X509CertificateGenerator.create({
    notBefore: new Date(now - EARLIER_MS),
    notAfter: issuer.notAfter,
    serialNumber: serialNumber(),
    subject: subject.subject,
    issuer: issuer.subject,
    publicKey: own,
    signingKey: privateKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(own),
      await AuthorityKeyIdentifierExtension.create(theirs),
    ],
  });
  return pemOf(certificate);
}

/** Whether an authority may vouch for a successor. Those of the first builds signed nodes alone. */
export function mayVouch({ certificate }: Pick<Authority, 'certificate'>): boolean {
  return new X509Certificate(certificate).getExtension(BasicConstraintsExtension)?.pathLength === undefined;
}

export interface LeafRequest extends Moment {
  readonly name: string;
  readonly names: CertifiedNames;
  /** `asking`: it is good for whoever asks, and no server may show it. `answering`: for servers, and nobody asks with it. */
  readonly use?: 'asking' | 'answering';
}

/** The certificate of a node that has this private key, in PEM, for a year: as a server and as a client of TLS. */
export async function issueLeaf(authority: Authority, key: Secret, request: LeafRequest): Promise<string> {
  return signed(authority, (await keysOf(key)).publicKey, request);
}

/**
 * The same for a node that keeps its key to itself, and sent a request (PKCS #10, PEM). Nothing in the request but its public
 * key counts: what a node may be called is not for it to say.
 * @throws Error when the request is not signed by its own key.
 */
export async function issueForRequest(authority: Authority, request: string, leaf: LeafRequest): Promise<string> {
  const asked = new Pkcs10CertificateRequest(request);
  if (!(await asked.verify(webcrypto))) throw new Error(`the request of ${leaf.name} is not signed by the key in it`);
  return signed(authority, await asked.publicKey.export(CURVE, ['verify'], webcrypto), leaf);
}

async function signed(authority: Authority, publicKey: webcrypto.CryptoKey, { name, names, now, use }: LeafRequest): Promise<string> {
  const [issuer, { privateKey }] = [new X509Certificate(authority.certificate), await keysOf(authority.key)];
  const extensions: Extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([
      ...(use === 'asking' ? [] : [ExtendedKeyUsage.serverAuth]),
      ...(use === 'answering' ? [] : [ExtendedKeyUsage.clientAuth]),
    ]),
    new SubjectAlternativeNameExtension([
      ...names.dns.map((value) => ({ type: 'dns', value }) as const),
      ...names.ip.map((value) => ({ type: 'ip', value }) as const),
    ]),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export(CURVE, ['verify'], webcrypto)),
  ];
  const certificate = await X509CertificateGenerator.create({
    ...validity(now, LEAF_MS),
    serialNumber: serialNumber(),
    subject: nameOf(name),
    issuer: issuer.subject,
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: SIGNATURE,
    extensions,
  });
  return pemOf(certificate);
}

/** Both halves, as the library takes them. The public one follows from the private one. */
async function keysOf(key: Secret): Promise<webcrypto.CryptoKeyPair> {
  cryptoProvider.set(webcrypto);
  const own = createPrivateKey(openSecret(key));
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', own.export({ type: 'pkcs8', format: 'der' }), CURVE, false, ['sign']),
    subtle.importKey('spki', createPublicKey(own).export({ type: 'spki', format: 'der' }), CURVE, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

function validity(now: number, lifeMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - EARLIER_MS), notAfter: new Date(now + lifeMs) };
}

/** 16 random bytes, read as a positive number (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function nameOf(common: string): JsonName {
  return [{ CN: [common] }];
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
