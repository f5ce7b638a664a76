import type { ClusterConnection } from '../../cluster/connection.js';

/** Nomad's name of the namespace that everybody has. */
export const DEFAULT_NAMESPACE = 'default';

/** The same cluster, with the jobs of one namespace. Nothing changes without one. */
export function inNamespace(connection: ClusterConnection, namespace: string | null | undefined): ClusterConnection {
  return namespace ? { ...connection, nomad: { ...connection.nomad, namespace } } : connection;
}
