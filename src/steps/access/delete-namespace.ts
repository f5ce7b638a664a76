import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { wordsOf } from '../../clients/http.js';
import { deleteNamespace as remove } from '../../security/access/namespaces.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

/** First, since Nomad refuses while something of it is there. */
export function deleteNamespace(name: string) {
  return defineStep({
    id: 'delete-namespace',
    title: 'Deleting the namespace in Nomad',
    async run({ connection, signal }) {
      try {
        await remove(connection, name, signal);
      } catch (error) {
        const said = wordsOf(error);
        if (!said?.includes(`"${name}" has`)) throw error;
        throw new OutcomeError(`namespace ${name} is in use, and was not deleted`, {
          code: 'namespace-in-use',
          why: said.trim(),
          next: nomadctl`job list --namespace ${name}`,
          cause: error,
        });
      }
      return { state: alsoWritten(`namespace ${name}`) };
    },
  });
}
