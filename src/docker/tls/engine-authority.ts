import { chmod } from 'node:fs/promises';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError, PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';
import { lifeOf } from '../../security/authority/certificate-standing.js';
import { authoritiesOf } from '../../security/authority/certificates-in.js';
import type { IssuingAuthority } from '../../security/authority/issuing-authority.js';
import { newPrivateKey } from '../../security/authority/new-private-key.js';
import { CERTIFICATE_MODE, KEY_MODE, type KeptFiles } from './kept-files.js';

/** Who signs engines and their clients. Not a cluster's authority: whoever has a client's certificate of this one is root on its hosts. */
export interface EngineAuthority extends IssuingAuthority {
  /** PEM after PEM: itself, and the one before. */
  readonly trusted: string;
}

interface Surroundings {
  readonly files: KeptFiles;
  readonly redact: Redactor;
}

/** Nothing where none was made. @throws ConfigError `docker-authority-torn` for a key without its certificate */
export async function keptAuthority({ files, redact }: Surroundings): Promise<EngineAuthority | undefined> {
  const [pem, trusted, chain] = await Promise.all([readIfThere(files.key), readIfThere(files.ca), readIfThere(files.chain)]);
  if (pem === undefined) return undefined;
  const key = new Secret(pem, redact);
  const [certificate] = authoritiesOf(key, trusted ?? '');
  if (certificate !== undefined) return { key, certificate, chain: chain ?? '', trusted: trusted ?? '' };
  throw new ConfigError(`${files.ca} has no certificate of the key in ${files.key}`, {
    code: 'docker-authority-torn',
    why: 'one of the two is not what it was; engines that run trust the certificate',
    next: hint`${shell`ls -l ${files.folder}`}, and put back the one that belongs here`,
  });
}

/** @throws PrerequisiteError `docker-no-authority`, and what `keptAuthority` throws */
export async function requireAuthority(at: Surroundings): Promise<EngineAuthority> {
  const kept = await keptAuthority(at);
  if (kept) return kept;
  throw new PrerequisiteError('there is no authority for docker engines yet', {
    code: 'docker-no-authority',
    why: `${at.files.folder} has none: an engine's certificate has to be signed by somebody whom its clients trust`,
    next: nomadctl`docker tls create`,
  });
}

/** The one that is kept, else a new one. */
export async function ensureAuthority(
  at: Surroundings,
  now: number,
): Promise<{ readonly authority: EngineAuthority; readonly made: boolean }> {
  const kept = await keptAuthority(at);
  if (kept) return { authority: kept, made: false };
  const { issueAuthority } = await import('../../security/authority/issue.js');
  const key = newPrivateKey(at.redact);
  const certificate = await issueAuthority(key, { cluster: WHOSE, now });
  return { authority: await keep(at.files, { key, certificate, chain: '', trusted: certificate }), made: true };
}

const WHOSE = 'docker engines';

/**
 * Another authority in place of the one that is kept. That one vouches for it, so that engines and clients of both trust each other
 * until all have certificates of the new one; an authority before that is trusted no more.
 */
export async function succeedAuthority(before: EngineAuthority, at: Surroundings, now: number): Promise<EngineAuthority> {
  const { issueAuthority, vouchFor } = await import('../../security/authority/issue.js');
  const key = newPrivateKey(at.redact);
  const certificate = await issueAuthority(key, { cluster: WHOSE, now });
  const chain = await vouchFor({ certificate }, before, { now });
  return keep(at.files, { key, certificate, chain, trusted: [certificate, before.certificate].join('') });
}

/** The certificates first: a key without one is no authority, and certificates without a key are none either. */
async function keep(files: KeptFiles, authority: EngineAuthority): Promise<EngineAuthority> {
  await writeFileAtomic(files.ca, authority.trusted, CERTIFICATE_MODE);
  await writeFileAtomic(files.chain, authority.chain, CERTIFICATE_MODE);
  await writeSecretFile(files.key, authority.key);
  await chmod(files.key, KEY_MODE);
  return authority;
}

/** When the authority that signs ends, in milliseconds since the epoch. */
export function endOf({ certificate }: Pick<EngineAuthority, 'certificate'>): number {
  return lifeOf(certificate)?.until ?? 0;
}
