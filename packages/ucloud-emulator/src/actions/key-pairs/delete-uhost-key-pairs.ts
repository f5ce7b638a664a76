import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { someOf } from '../../params/param.js';

export const deleteUhostKeyPairs = defineAction({
  name: 'DeleteUHostKeyPairs',
  summary: 'Deletes key pairs. Hosts go on with the key that they have.',
  params: { KeyPairIds: someOf(id(), { max: 100 }) },
  handle({ KeyPairIds }, scope) {
    for (const pair of KeyPairIds) {
      scope.need('keyPair', pair);
      scope.remove('keyPair', pair);
    }
  },
});
