import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { accessTokens, makeToken, type MadeToken, type WantedToken } from '../../security/access/access-tokens.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

/** @param deliver takes the token with its secrets, which no state may hold */
export function createToken(wanted: WantedToken, deliver: (made: MadeToken) => void) {
  return defineStep({
    id: 'create-token',
    title: 'Making a token of Consul and one of Nomad',
    async run({ connection, signal, redact }) {
      const { name } = wanted;
      if ((await accessTokens(connection, signal)).some((token) => token.name === name)) {
        throw new UsageError(`there is a token ${name} already`, {
          code: 'token-exists',
          why: 'its secret was shown when it was made, and nobody can show it again',
          next: nomadctl`access token revoke ${name}`,
        });
      }
      deliver(await makeToken(connection, wanted, { signal, redact }));
      return { state: alsoWritten(`token ${name}`) };
    },
  });
}
