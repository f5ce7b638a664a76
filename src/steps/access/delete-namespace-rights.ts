import { deleteNamespaceRights as remove } from '../../security/access/namespaces.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

export function deleteNamespaceRights(name: string) {
  return defineStep({
    id: 'delete-namespace-rights',
    title: 'Deleting what its jobs were in Consul',
    async run({ connection, signal }) {
      const written = await remove(connection, name, { signal });
      return { detail: written.join(', '), state: alsoWritten(...written) };
    },
  });
}
