import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Secret } from '@nomadctl/base/secret/secret';
import { authoritiesOf, certificatesIn, certificatesOf } from './certificates-in.js';
import type { Authority } from './issue.js';

/** What a cluster signs nodes with. */
export interface IssuingAuthority extends Authority {
  /**
   * Certificates by which earlier authorities of the cluster vouch for this one, PEM after PEM, the latest first; empty for the
   * first authority. Nodes show them with their own: whoever trusts an earlier one goes on to trust the nodes.
   */
  readonly chain: string;
}

/** Of a key of which the cluster's file of authorities has the certificate; nothing when it has none. */
export async function issuingAuthority(
  key: Secret,
  { ca, caChain }: Pick<ClusterPaths, 'ca' | 'caChain'>,
): Promise<IssuingAuthority | undefined> {
  const [trusted, chain] = await Promise.all([readIfThere(ca, 'authority-unreadable'), readIfThere(caChain)]);
  const [certificate] = authoritiesOf(key, trusted ?? '');
  return certificate === undefined ? undefined : { key, certificate, chain: chainOf(key, chain ?? '') };
}

/** The part of the file that begins with the certificate of this key: those before are of a later authority. */
function chainOf(key: Secret, pem: string): string {
  const [first] = certificatesOf(key, pem);
  const all = certificatesIn(pem);
  return first === undefined ? '' : all.slice(all.indexOf(first)).join('');
}
