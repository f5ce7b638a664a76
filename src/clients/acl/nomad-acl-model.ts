import type { Secret } from '@nomadctl/base/secret/secret';

/** Nomad's ACL and namespaces under its own names. https://developer.hashicorp.com/nomad/api-docs/acl */

/** A token as Nomad tells of it, without its secret. */
export interface NomadToken {
  readonly AccessorID: string;
  readonly Name: string;
  readonly Type: 'client' | 'management';
  readonly Policies: readonly string[] | null;
  readonly CreateTime: string;
  /** RFC 3339; null: it ends with nobody. */
  readonly ExpirationTime: string | null;
}

export interface NewNomadToken {
  readonly Name: string;
  readonly Type: NomadToken['Type'];
  readonly Policies?: readonly string[];
  readonly Global?: boolean;
  /** After which it ends; absent: never. Nomad's servers allow no more than their `acl.token_max_expiration_ttl`. */
  readonly lifeMs?: number | undefined;
}

/** A token that was made just now: the only time that its secret is told. */
export interface MadeNomadToken extends NomadToken {
  readonly secret: Secret;
}

export interface NomadPolicy {
  readonly Name: string;
  readonly Description: string;
  readonly Rules: string;
}

/** Passed through whole: what else is set there must survive. https://developer.hashicorp.com/nomad/api-docs/namespaces */
export interface NomadNamespace {
  readonly Name: string;
  readonly Description: string;
  readonly Meta?: Readonly<Record<string, string>> | null;
  readonly [field: string]: unknown;
}

export function tokenWithoutSecret({ AccessorID, Name, Type, Policies, CreateTime, ExpirationTime }: NomadToken): NomadToken {
  return { AccessorID, Name, Type, Policies, CreateTime, ExpirationTime };
}
