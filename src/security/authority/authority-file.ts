import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Secret } from '@nomadctl/base/secret/secret';
import { certificatesOf } from './certificates-in.js';

export interface AuthorityFile {
  readonly cluster: string;
  readonly paths: Pick<ClusterPaths, 'ca' | 'secrets'>;
  /** Whether agents trust the certificate by now: it may not be replaced then. */
  readonly inUse: boolean;
}

/** Everybody may read it: tasks and people, too. */
const MODE = 0o644;

/** What is wrong with the certificate of a cluster's authority; nothing when it is there, and of this key. */
export async function authorityProblem(key: Secret | undefined, { paths }: Pick<AuthorityFile, 'paths'>): Promise<string | undefined> {
  const pem = await readIfThere(paths.ca, 'authority-unreadable');
  if (key === undefined || pem === undefined) return 'there is none yet';
  return certificatesOf(key, pem).length > 0 ? undefined : 'its certificate is of another key';
}

/**
 * The certificate of the cluster's authority, made when there is none: one of the same key and name is as good as one that was lost.
 * @throws ConfigError `authority-other` when the file holds another one's, which agents trust.
 */
export async function ensureAuthority(key: Secret, now: number, { cluster, paths, inUse }: AuthorityFile): Promise<string> {
  const there = await readIfThere(paths.ca, 'authority-unreadable');
  // While the authority is being replaced, two are trusted.
  const [own] = certificatesOf(key, there ?? '');
  if (own !== undefined) return own;
  if (there !== undefined && inUse) throw otherAuthority(paths);
  const { issueAuthority } = await import('./issue.js');
  const certificate = await issueAuthority(key, { cluster, now });
  await writeFileAtomic(paths.ca, certificate, MODE);
  return certificate;
}

/** @throws ConfigError `authority-other` when the file does not have the certificate of this key */
export async function requireAuthority(key: Secret, paths: AuthorityFile['paths']): Promise<void> {
  if ((await authorityProblem(key, { paths })) !== undefined) throw otherAuthority(paths);
}

function otherAuthority({ ca, secrets }: AuthorityFile['paths']): ConfigError {
  return new ConfigError(`${secrets} has the key of another authority than ${ca}`, {
    code: 'authority-other',
    why: 'one of the two is of another cluster; agents that run trust the certificate',
    next: hint`${shell`ls -l ${ca} ${secrets}`}, put back the one that belongs here, or make the cluster anew: ${nomadctl`down`}`,
  });
}
