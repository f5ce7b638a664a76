import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { inNamespace } from '../parse/in-namespace.js';

/**
 * Sets the connection's namespace to that of a deployed job: the one of NOMAD_NAMESPACE, or else the only one with a job of that
 * id. Of several it takes none, not the default one either: a stop would end a job that was not meant. Without such a job the
 * connection stays as it is.
 * @param asked the namespace on the command line; no other is searched then.
 * @throws UsageError `namespace-ambiguous`
 */
export async function locateJob(
  connection: ClusterConnection,
  { id, asked, signal }: { readonly id: string; readonly asked?: string | undefined; readonly signal: AbortSignal },
): Promise<ClusterConnection> {
  if (asked !== undefined && asked !== '*') return inNamespace(connection, asked);
  const chosen = asked === '*' ? undefined : connection.nomad.namespace;
  const namespaces = (await createNomadApi(connection.nomad).jobs({ id, signal })).map(({ Namespace }) => Namespace);
  if (chosen !== undefined && namespaces.includes(chosen)) return inNamespace(connection, chosen);
  const [only, ...others] = namespaces;
  if (others.length === 0) return inNamespace(connection, only ?? chosen);
  throw new UsageError(`job "${id}" is in several namespaces: ${namespaces.join(', ')}`, {
    code: 'namespace-ambiguous',
    next: again({ namespace: namespaces[0] }),
  });
}
