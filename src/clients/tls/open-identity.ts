import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { ClientIdentity } from '../agent-endpoint.js';

/** The door to a connection's key: it is opened where the connection is made, and nowhere before. */
export function openIdentity({ certificate, key }: Pick<ClientIdentity, 'certificate' | 'key'>): {
  readonly cert: string;
  readonly key: string;
} {
  return { cert: certificate, key: openSecret(key) };
}
