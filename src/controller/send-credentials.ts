import type { ServerResponse } from 'node:http';
import { openDocument } from '@nomadctl/base/secret/open-document';
import type { SecretDocument } from '@nomadctl/base/secret/secret';

/** The door to a customer: the password of a tenant of his own, and nothing else that is secret. */
export function sendCredentials(response: ServerResponse, document: SecretDocument): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(openDocument(document));
}
