import { revokeToken as revoke, type AccessToken } from '../../security/access/access-tokens.js';
import { alsoWritten, defineStep } from '../../security/access/access-state.js';

export function revokeToken(token: AccessToken) {
  return defineStep({
    id: 'revoke-token',
    title: 'Revoking the token in Consul and in Nomad',
    async run({ connection, signal }) {
      await revoke(connection, token, signal);
      return { state: alsoWritten(`token ${token.name}`) };
    },
  });
}
