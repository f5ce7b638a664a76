import { writeNamespace as write, type WantedNamespace } from '../../security/access/namespaces.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

export function writeNamespace(wanted: WantedNamespace) {
  return defineStep({
    id: 'write-namespace',
    title: 'Writing the namespace in Nomad',
    async run({ connection, signal }) {
      const outcome = await write(connection, wanted, signal);
      return { detail: outcome, state: alsoWritten(...(outcome === 'kept' ? [] : [`namespace ${wanted.name}`])) };
    },
  });
}
