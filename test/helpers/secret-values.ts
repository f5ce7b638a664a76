import { openSecret } from '../../packages/base/src/secret/open-secret.js';
import { createRedactor } from '../../packages/base/src/redact.js';
import { Secret } from '../../packages/base/src/secret/secret.js';

/** A secret of a test's own; its register hides nothing but it. */
export function secretOf(value: string): Secret {
  return new Secret(value, createRedactor());
}

/** Values of secrets by their names, for a comparison: to `toEqual` one secret is like another. */
export function openAll(secrets: Readonly<Record<string, Secret | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).flatMap(([name, secret]) => (secret ? [[name, openSecret(secret)]] : [])));
}
