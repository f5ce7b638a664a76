import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Secret } from '@nomadctl/base/secret/secret';
import { lifeOf } from './certificate-standing.js';
import { certificatesIn, authoritiesOf } from './certificates-in.js';

export interface AuthorityFile {
  readonly cluster: string;
  readonly paths: Pick<ClusterPaths, 'ca' | 'secrets'>;
  /** Whether agents trust the certificate by now: it may not be replaced then. */
  readonly inUse: boolean;
}

/** Everybody may read it: tasks and people, too. */
const MODE = 0o644;

/**
 * What is wrong with the certificate of a cluster's authority; nothing when it is there, and of this key.
 * @param now it must hold then, where that is asked
 */
export async function authorityProblem(
  key: Secret | undefined,
  { paths, now }: Pick<AuthorityFile, 'paths'> & { readonly now?: number },
): Promise<string | undefined> {
  const pem = await readIfThere(paths.ca, 'authority-unreadable');
  if (key === undefined || pem === undefined) return 'there is none yet';
  const [own] = authoritiesOf(key, pem);
  if (own === undefined) return hasCertificate(pem) ? 'its certificate is of another key' : 'its certificate is not whole';
  return now === undefined || holds(own, now) ? undefined : 'its certificate does not hold now';
}

/**
 * The certificate of the cluster's authority, made when there is none, when it is not whole, and when it does not hold now (it has ended, or
 * was made by a clock that was ahead): one of the same key and name is as good as one that was lost.
 * @throws ConfigError `authority-other` when the file holds another one's, which agents trust.
 */
export async function ensureAuthority(key: Secret, now: number, { cluster, paths, inUse }: AuthorityFile): Promise<string> {
  const there = await readIfThere(paths.ca, 'authority-unreadable');
  // While the authority is being replaced, two are trusted.
  const [own] = authoritiesOf(key, there ?? '');
  if (own !== undefined && holds(own, now)) return own;
  if (own === undefined && there !== undefined && hasCertificate(there) && inUse) throw otherAuthority(paths);
  const { issueAuthority } = await import('./issue.js');
  const certificate = await issueAuthority(key, { cluster, now });
  const others = own === undefined ? [] : certificatesIn(there ?? '').filter((one) => one !== own);
  await writeFileAtomic(paths.ca, [certificate, ...others].join(''), MODE);
  return certificate;
}

function holds(pem: string, now: number): boolean {
  const life = lifeOf(pem);
  return life !== undefined && life.from <= now && now < life.until;
}

/** Whether there is a certificate at all: what was cut short has none. */
function hasCertificate(pem: string): boolean {
  return certificatesIn(pem).some((one) => lifeOf(one) !== undefined);
}

/** @throws ConfigError `authority-other` when the file does not have the certificate of this key, `authority-torn` when it has none */
export async function requireAuthority(key: Secret, paths: AuthorityFile['paths']): Promise<void> {
  const problem = await authorityProblem(key, { paths });
  if (problem === undefined) return;
  if (hasCertificate((await readIfThere(paths.ca, 'authority-unreadable')) ?? '')) throw otherAuthority(paths);
  throw new ConfigError(`${paths.ca} has no whole certificate of the cluster's authority`, {
    code: 'authority-torn',
    why: problem,
    next: hint`${nomadctl`up`}   makes it anew`,
  });
}

function otherAuthority({ ca, secrets }: AuthorityFile['paths']): ConfigError {
  return new ConfigError(`${secrets} has the key of another authority than ${ca}`, {
    code: 'authority-other',
    why: 'one of the two is of another cluster; agents that run trust the certificate',
    next: hint`${shell`ls -l ${ca} ${secrets}`}, put back the one that belongs here, or make the cluster anew: ${nomadctl`down`}`,
  });
}
