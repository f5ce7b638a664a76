import { statSync } from 'node:fs';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';
import { leafProblem } from './certificate-standing.js';
import { askerNames, certifiedNames, type CertifiedNode } from './certified-names.js';
import { certificatesIn } from './certificates-in.js';
import type { LeafRequest } from './issue.js';
import type { IssuingAuthority } from './issuing-authority.js';
import { newPrivateKey } from './new-private-key.js';

/** A certificate and the key to it: a node's, which its agents read, or somebody's who asks agents. */
export interface LeafFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Somebody who asks agents and is none: `operator`, or `client-1.tasks`. */
export interface Asker {
  readonly asker: string;
}

/** Whatever the group and others may do. */
const OF_OTHERS = 0o077;

interface Surroundings {
  readonly now: number;
  readonly redact: Redactor;
}

/** What is wrong with somebody's files; nothing when they will do. */
export async function leafFilesProblem(
  whose: CertifiedNode | Asker,
  files: LeafFiles,
  { authority, now, redact }: Surroundings & { readonly authority: Pick<IssuingAuthority, 'certificate' | 'chain'> },
): Promise<string | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  if (certificate === undefined || key === undefined) return 'it has none yet';
  if ((statSync(files.key).mode & OF_OTHERS) !== 0) return 'others can read its key';
  const problem = leafProblem(
    { certificate, key: new Secret(key, redact) },
    { authority: authority.certificate, names: requestFor(whose).names, now },
  );
  if (problem !== undefined) return problem;
  return certificatesIn(certificate).slice(1).join('') === authority.chain ? undefined : 'it lacks what earlier authorities say';
}

/** Makes both anew: the key first, so that a reader never has a certificate without it. */
export async function writeLeafFiles(
  whose: CertifiedNode | Asker,
  files: LeafFiles,
  { authority, now, redact }: Surroundings & { readonly authority: IssuingAuthority },
): Promise<void> {
  const { issueLeaf } = await import('./issue.js');
  const key = newPrivateKey(redact);
  const certificate = await issueLeaf(authority, key, { ...requestFor(whose), now });
  await writeSecretFile(files.key, key);
  await writeFileAtomic(files.certificate, `${certificate}${authority.chain}`);
}

function requestFor(whose: CertifiedNode | Asker): Omit<LeafRequest, 'now'> {
  if ('asker' in whose) return { name: whose.asker, names: askerNames(whose.asker), use: 'asking' };
  return { name: whose.name, names: certifiedNames(whose) };
}
