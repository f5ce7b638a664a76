/** Values of secrets, apart from the objects that stand for them: nothing that walks over an object can find them. */
const values = new WeakMap<object, string>();

/** For `Secret` alone. */
export function holdSecret(secret: object, value: string): void {
  values.set(secret, value);
}

/**
 * The value of a `Secret`. The files that may import this are the doors of `house.json`: a child's environment, a request's
 * headers, body or signature, and a file that is its owner's alone.
 */
export function openSecret(secret: object): string {
  const value = values.get(secret);
  if (value === undefined) throw new Error('this is not a secret');
  return value;
}
