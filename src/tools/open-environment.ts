import { openSecret } from '@nomadctl/base/secret/open-secret';
import { Secret, type ChildEnvironment } from '@nomadctl/base/secret/secret';

/** The door to a child's environment: it is opened where the child is made, and nowhere before. */
export function openEnvironment(env: ChildEnvironment = {}): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, Secret.isSecret(value) ? openSecret(value) : value]));
}
