import { accessTokens } from '../../security/access/access-tokens.js';
import { listNamespaces } from '../../security/access/namespaces.js';
import { roleName } from '../../security/access/token-kinds.js';
import type { Context } from '../../context.js';
import { openCluster } from '../../targets/open-cluster.js';

/** What only a cluster that answers can tell: the names that it knows, and what each is. */
export type KnownKind = 'namespace' | 'token';

/** For whoever types one. @throws what `openCluster` throws, and ApiError where the cluster does not answer */
export async function knownNames(
  kind: KnownKind,
  ctx: Context,
  cluster?: string,
): Promise<{ readonly word: string; readonly about?: string }[]> {
  const connection = await (await openCluster(ctx, cluster)).connection();
  if (kind === 'token') return (await accessTokens(connection, ctx.signal)).map((token) => ({ word: token.name, about: roleName(token) }));
  // Consul's side says nothing of the names.
  const namespaces = await listNamespaces(connection, { isEnforced: false, signal: ctx.signal });
  return namespaces.map(({ name, description }) => ({ word: name, ...(description === '' ? {} : { about: description }) }));
}
