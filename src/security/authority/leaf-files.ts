import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';
import { leafProblem } from './certificate-standing.js';
import { certifiedNames, type CertifiedNode } from './certified-names.js';
import { certificatesIn } from './certificates-in.js';
import type { IssuingAuthority } from './issuing-authority.js';
import { newPrivateKey } from './new-private-key.js';

/** A node's certificate and the key to it, which its agents read. */
export interface LeafFiles {
  readonly certificate: string;
  readonly key: string;
}

interface Surroundings {
  readonly now: number;
  readonly redact: Redactor;
}

/** What is wrong with a node's files; nothing when they will do. */
export async function leafFilesProblem(
  node: CertifiedNode,
  files: LeafFiles,
  { authority, now, redact }: Surroundings & { readonly authority: Pick<IssuingAuthority, 'certificate' | 'chain'> },
): Promise<string | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  if (certificate === undefined || key === undefined) return 'it has none yet';
  const problem = leafProblem(
    { certificate, key: new Secret(key, redact) },
    { authority: authority.certificate, names: certifiedNames(node), now },
  );
  if (problem !== undefined) return problem;
  return certificatesIn(certificate).slice(1).join('') === authority.chain ? undefined : 'it lacks what earlier authorities say';
}

/** Makes both anew: the key first, so that a reader never has a certificate without it. */
export async function writeLeafFiles(
  node: CertifiedNode,
  files: LeafFiles,
  { authority, now, redact }: Surroundings & { readonly authority: IssuingAuthority },
): Promise<void> {
  const { issueLeaf } = await import('./issue.js');
  const key = newPrivateKey(redact);
  const certificate = await issueLeaf(authority, key, { name: node.name, names: certifiedNames(node), now });
  await writeSecretFile(files.key, key);
  await writeFileAtomic(files.certificate, `${certificate}${authority.chain}`);
}
