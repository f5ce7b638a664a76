import { makeToken, type MadeToken, type WantedToken } from '../../security/access/access-tokens.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

/** @param deliver takes the token with its secrets, which no state may hold */
export function createToken(wanted: WantedToken, deliver: (made: MadeToken) => void) {
  return defineStep({
    id: 'create-token',
    title: 'Making a token of Consul and one of Nomad',
    async run({ connection, signal, redact }) {
      deliver(await makeToken(connection, wanted, { signal, redact }));
      return { state: alsoWritten(`token ${wanted.name}`) };
    },
  });
}
