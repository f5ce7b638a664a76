import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { shellWord } from '@nomadctl/base/shell-word';
import { DEFAULT_NAMESPACE, inNamespace } from '../parse/in-namespace.js';

/**
 * Sets the connection's namespace to that of a deployed job: the current one, or else the only other one with a job of that
 * id. Without such a job the connection stays as it is.
 * @param asked the namespace on the command line; no other is searched then.
 * @throws UsageError `namespace-ambiguous`
 */
export async function locateJob(
  connection: ClusterConnection,
  { id, asked, signal }: { readonly id: string; readonly asked?: string | undefined; readonly signal: AbortSignal },
): Promise<ClusterConnection> {
  if (asked !== undefined && asked !== '*') return inNamespace(connection, asked);
  const here = asked === '*' ? DEFAULT_NAMESPACE : (connection.nomad.namespace ?? DEFAULT_NAMESPACE);
  const namespaces = (await createNomadApi(connection.nomad).jobs({ id, signal })).map(({ Namespace }) => Namespace);
  if (namespaces.length === 0 || namespaces.includes(here)) return inNamespace(connection, here);
  const [only, ...others] = namespaces;
  if (others.length === 0) return inNamespace(connection, only);
  throw new UsageError(`job "${id}" is in several namespaces: ${namespaces.join(', ')}`, {
    code: 'namespace-ambiguous',
    next: `nomadctl job status ${shellWord(id)} --namespace ${namespaces[0]}`,
  });
}
