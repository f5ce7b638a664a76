/** Consul's ACL under its own names, the parts that are read and written. https://developer.hashicorp.com/consul/api-docs/acl */

/** What a token or a role may do. */
export interface ConsulRights {
  readonly Description?: string;
  readonly Policies?: readonly ConsulLink[] | null;
  readonly NodeIdentities?: readonly NodeIdentity[] | null;
  readonly ServiceIdentities?: readonly ServiceIdentity[] | null;
  readonly TemplatedPolicies?: readonly TemplatedPolicy[] | null;
}

export interface ConsulTokenRights extends ConsulRights {
  readonly Roles?: readonly ConsulLink[] | null;
  /** Of one datacenter alone; settled when the token is made. */
  readonly Local?: boolean;
}

/** A token as Consul tells of it, without its secret. */
export interface ConsulToken extends ConsulTokenRights {
  readonly AccessorID: string;
  readonly CreateTime?: string;
  /** RFC 3339; absent: it ends with nobody. */
  readonly ExpirationTime?: string;
  /** The auth method that it comes from: a workload's, which ends with its allocation. */
  readonly AuthMethod?: string;
}

/** By name or by ID; both are in every answer. */
export interface ConsulLink {
  readonly ID?: string;
  readonly Name?: string;
}

export interface NodeIdentity {
  readonly NodeName: string;
  readonly Datacenter: string;
}

export interface ServiceIdentity {
  readonly ServiceName: string;
}

export interface TemplatedPolicy {
  readonly TemplateName: string;
}

export interface ConsulPolicy {
  /** Consul's; absent: a new one. */
  readonly ID?: string;
  readonly Name: string;
  readonly Description: string;
  readonly Rules: string;
}

export interface ConsulRole extends ConsulRights {
  /** Consul's; absent: a new one. */
  readonly ID?: string;
  readonly Name: string;
}

/** Who logs in with a JSON web token. https://developer.hashicorp.com/consul/docs/security/acl/auth-methods/jwt */
export interface AuthMethod {
  readonly Name: string;
  readonly Type: string;
  readonly Description?: string;
  readonly TokenLocality?: string;
  /** Go's duration; without it tokens live as long as nobody deletes them. */
  readonly MaxTokenTTL?: string;
  readonly Config: Readonly<Record<string, unknown>>;
}

export interface BindingRule {
  /** Consul's; absent: a new one. */
  readonly ID?: string;
  readonly Description: string;
  readonly AuthMethod: string;
  readonly Selector: string;
  readonly BindType: string;
  readonly BindName: string;
}

/** Who may reach a service of the mesh. https://developer.hashicorp.com/consul/docs/reference/config-entry/service-intentions */
export interface ServiceIntentions {
  readonly Kind: 'service-intentions';
  /** The service that is reached; `*` for each. */
  readonly Name: string;
  readonly Sources: readonly IntentionSource[];
  readonly ModifyIndex?: number;
  /** Passed through whole: what else is set there must survive. */
  readonly [field: string]: unknown;
}

export interface IntentionSource {
  readonly Name: string;
  /** Absent where permissions of HTTP decide. */
  readonly Action?: 'allow' | 'deny';
  readonly Permissions?: readonly unknown[];
  readonly Description?: string;
  readonly [field: string]: unknown;
}

const TOKEN_FIELDS = [
  'AccessorID',
  'Description',
  'Policies',
  'Roles',
  'NodeIdentities',
  'ServiceIdentities',
  'TemplatedPolicies',
  'Local',
  'CreateTime',
  'ExpirationTime',
  'AuthMethod',
] as const;

/** Consul's answers about tokens carry their secrets, which nobody needs: we have chosen them. */
export function withoutSecret(raw: ConsulToken): ConsulToken {
  return Object.fromEntries(
    TOKEN_FIELDS.flatMap((field) => (raw[field] === undefined ? [] : [[field, raw[field]]])),
  ) as unknown as ConsulToken;
}
