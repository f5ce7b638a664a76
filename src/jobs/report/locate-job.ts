import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { shellWord } from '@nomadctl/base/shell-word';
import { inNamespace } from '../parse/in-namespace.js';

/**
 * The connection with the namespace that a deployed job is in: the one that NOMAD_NAMESPACE says, else the only one that has a job
 * of that id. Of several none is taken silently, not the default one either: a stop would end a job that was not meant. Where none
 * has, or only others than the one that was asked for, the connection stays as it is.
 * @param asked the namespace that was given for this very command, which is the only one to look in.
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
    next: `nomadctl job status ${shellWord(id)} --namespace ${namespaces[0]}`,
  });
}
