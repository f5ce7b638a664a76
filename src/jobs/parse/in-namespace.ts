import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../cluster/connection.js';

/** The same cluster, with the jobs of one namespace. Nothing changes without one. */
export function inNamespace(connection: ClusterConnection, namespace: string | null | undefined): ClusterConnection {
  return namespace ? { ...connection, nomad: { ...connection.nomad, namespace } } : connection;
}

/** The namespace as an option of the `nomad` program, which takes options before everything else; none for everybody's. */
export function nomadNamespace(namespace: string | null | undefined): string[] {
  return namespace && namespace !== DEFAULT_NAMESPACE ? [`-namespace=${namespace}`] : [];
}

/** The job as the words of a command that is to be pasted: with the namespace where that is not everybody's. */
export function jobWords(id: string, namespace: string | null | undefined): string[] {
  return namespace && namespace !== DEFAULT_NAMESPACE ? [id, '--namespace', namespace] : [id];
}
