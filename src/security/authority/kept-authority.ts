import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';
import { readSecrets } from '../../config/secrets.js';
import { AUTHORITY_KEY } from '../cluster-secrets.js';
import { issuingAuthority, type IssuingAuthority } from './issuing-authority.js';

/** What signs the nodes of a cluster now; nothing where its key, or the certificate of that, is not kept. @throws what `readSecrets` throws */
export async function keptAuthority({
  paths,
  redact,
}: {
  readonly paths: Pick<ClusterPaths, 'secrets' | 'ca' | 'caChain'>;
  readonly redact: Redactor;
}): Promise<IssuingAuthority | undefined> {
  const { [AUTHORITY_KEY]: key }: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, [AUTHORITY_KEY], { redact });
  return key && issuingAuthority(key, paths);
}
