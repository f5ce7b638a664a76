import { createConsulApi } from '../../clients/consul/consul-api.js';
import { writePair, type WantedPair } from '../../security/acl/service-pairs.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

export function writeIntention(pair: WantedPair) {
  return defineStep({
    id: 'write-intention',
    title: 'Writing the intention',
    async run({ connection, signal }) {
      const changed = await writePair(createConsulApi(connection.consul), pair, signal);
      return {
        detail: changed ? 'written' : 'as it was',
        state: alsoWritten(...(changed ? [`${pair.source} -> ${pair.destination}`] : [])),
      };
    },
  });
}
