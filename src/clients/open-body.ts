import { openDocument } from '@nomadctl/base/secret/open-document';
import type { SecretDocument } from '@nomadctl/base/secret/secret';

/** The door to a request's body: secrets in it are opened where the request is made, and nowhere before. */
export function openBody(body: SecretDocument): string {
  return openDocument(body);
}
