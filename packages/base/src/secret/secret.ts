import { inspect } from 'node:util';
import { holdSecret, openSecret } from './open-secret.js';
import { MASK, type Redactor } from '../redact.js';

/**
 * A value that must reach nobody but whom it is for: a key, a password, a token. Whatever makes text of it gets a mask. The
 * doors that open it: a child's environment (`ChildEnvironment`), a request's headers, body or signature, and a 0600 file
 * (`writeSecretFile`). It is no string and no JSON value, so argv, state, inputs, templates and settings do not take it.
 */
export class Secret {
  /** Makes the type nominal: no other object passes for a secret, and a secret for no other object. */
  readonly #brand = true;

  /** @param redact hides the value from then on, should a program or a service say it. */
  constructor(value: string, redact: Pick<Redactor, 'add'>) {
    redact.add(value);
    holdSecret(this, value);
  }

  static isSecret(value: unknown): value is Secret {
    return typeof value === 'object' && value !== null && #brand in value;
  }

  equals(other: Secret): boolean {
    return openSecret(this) === openSecret(other);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** The environment of a program that is to be started; `tools/exec.ts` opens what is secret in it. */
export type ChildEnvironment = Readonly<Record<string, string | Secret | undefined>>;

/** Headers of a request; the HTTP clients open what is secret in them. */
export type RequestHeaders = Readonly<Record<string, string | Secret>>;

/** JSON with secrets in it: a 0600 file, or the body of a request. */
export type SecretDocument =
  Secret | null | boolean | number | string | readonly SecretDocument[] | { readonly [key: string]: SecretDocument | undefined };

/** `Value` where nothing inside it is a secret, else `never`: for what is written down. */
export type WithoutSecrets<Value> = Value extends Secret
  ? never
  : Value extends (...args: never[]) => unknown
    ? Value
    : Value extends object
      ? { [Key in keyof Value]: WithoutSecrets<Value[Key]> }
      : Value;
