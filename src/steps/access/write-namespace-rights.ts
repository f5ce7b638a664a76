import { writeNamespaceRights as write } from '../../security/access/namespaces.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

export const writeNamespaceRights = defineStep({
  id: 'write-namespace-rights',
  title: 'Writing what its jobs may be in Consul',
  async run({ connection, signal }) {
    const written = await write(connection, signal);
    return { detail: written.length === 0 ? 'as it was' : written.join(', '), state: alsoWritten(...written) };
  },
});
