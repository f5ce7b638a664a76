import { openSecret } from './open-secret.js';
import { Secret, type SecretDocument } from './secret.js';

/** A secret as it is, anything else as JSON with the secrets in it opened. The files that may import this are the doors of `house.json`. */
export function openDocument(content: SecretDocument, indent?: number): string {
  return Secret.isSecret(content) ? openSecret(content) : JSON.stringify(content, open, indent);
}

/** `value` is a mask already when this is called: what it was made from is in the object around it. */
function open(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const before = this[key];
  return Secret.isSecret(before) ? openSecret(before) : value;
}
