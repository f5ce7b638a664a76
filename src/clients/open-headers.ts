import { openSecret } from '@nomadctl/base/secret/open-secret';
import { Secret, type RequestHeaders } from '@nomadctl/base/secret/secret';

/** The door to a request's headers: they are opened where the request is made, and nowhere before. */
export function openHeaders(headers: RequestHeaders = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Secret.isSecret(value) ? openSecret(value) : value]));
}
