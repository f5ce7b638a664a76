import type { Secret, SecretDocument } from '@nomadctl/base/secret/secret';
import { ifThere, wordsOf, type Http, type HttpCall } from '../http.js';
import { bootstrapped, type Bootstrapped } from './bootstrapped.js';
import { withoutSecret } from './consul-acl-model.js';
import type { AuthMethod, BindingRule, ConsulPolicy, ConsulRole, ConsulToken, ConsulTokenRights } from './consul-acl-model.js';

/** Consul's ACL. https://developer.hashicorp.com/consul/api-docs/acl */
export interface ConsulAcl {
  /** Makes a management token with a secret of our choice, a UUID: once, and once more after a reset. */
  bootstrapAcl(secret: Secret, signal: AbortSignal): Promise<Bootstrapped>;
  /**
   * The token that calls are made with; nothing where Consul knows none of that secret, or not yet.
   * @throws ApiError `api-forbidden` where the cluster has no ACLs
   */
  ownToken(signal: AbortSignal): Promise<ConsulToken | undefined>;
  tokens(signal: AbortSignal): Promise<ConsulToken[]>;
  createToken(request: NewConsulToken, signal: AbortSignal): Promise<ConsulToken>;
  /** Rights that are not named end. Whether it is `Local` cannot be changed. */
  updateToken(accessor: string, rights: ConsulTokenRights, signal: AbortSignal): Promise<void>;
  deleteToken(accessor: string, signal: AbortSignal): Promise<void>;
  policy(name: string, signal: AbortSignal): Promise<ConsulPolicy | undefined>;
  /** Changes the one of that `ID`, else makes one. @throws ApiError `api-refused` when there is another one of the name */
  writePolicy(policy: ConsulPolicy, signal: AbortSignal): Promise<void>;
  deletePolicy(id: string, signal: AbortSignal): Promise<void>;
  roles(signal: AbortSignal): Promise<ConsulRole[]>;
  role(name: string, signal: AbortSignal): Promise<ConsulRole | undefined>;
  /** As `writePolicy`. */
  writeRole(role: ConsulRole, signal: AbortSignal): Promise<void>;
  deleteRole(id: string, signal: AbortSignal): Promise<void>;
  authMethod(name: string, signal: AbortSignal): Promise<AuthMethod | undefined>;
  /** Makes it or changes it. Consul fetches its `JWKSURL` at once. @throws ApiError `api-refused` when that fails */
  writeAuthMethod(method: AuthMethod, signal: AbortSignal): Promise<void>;
  bindingRules(method: string, signal: AbortSignal): Promise<BindingRule[]>;
  /** Changes the one of that `ID`, else makes one, also beside its equal. */
  writeBindingRule(rule: BindingRule, signal: AbortSignal): Promise<void>;
  deleteBindingRule(id: string, signal: AbortSignal): Promise<void>;
}

export interface NewConsulToken {
  /** A UUID of our choice. */
  readonly secret: Secret;
  /** A UUID, too; Consul's choice by default. */
  readonly accessor?: string;
  readonly rights: ConsulTokenRights;
  /** After which it ends; absent: never. */
  readonly lifeMs?: number | undefined;
}

const TIMEOUT_MS = 10_000;

export function consulAclCalls(http: Http): ConsulAcl {
  const call = async <T>(request: HttpCall): Promise<T> => (await http.send<T>({ timeoutMs: TIMEOUT_MS, ...request })).value;
  const get = <T>(path: string, signal: AbortSignal, query?: HttpCall['query']): Promise<T> =>
    call({ path: `/v1/acl/${path}`, signal, ...(query ? { query } : {}) });
  const write = async (path: string, body: unknown, signal: AbortSignal): Promise<void> =>
    void (await call({ method: 'PUT', path: `/v1/acl/${path}`, body, signal }));
  const remove = async (path: string, signal: AbortSignal): Promise<void> =>
    void (await ifThere(call({ method: 'DELETE', path: `/v1/acl/${path}`, signal })));
  return {
    bootstrapAcl: (secret, signal) =>
      bootstrapped(call({ method: 'PUT', path: '/v1/acl/bootstrap', secretBody: { BootstrapSecret: secret }, signal })),
    async ownToken(signal) {
      const found = await ifKnown(get<ConsulToken>('token/self', signal));
      return found && withoutSecret(found);
    },
    tokens: async (signal) => (await get<ConsulToken[]>('tokens', signal)).map(withoutSecret),
    async createToken({ secret, accessor, rights, lifeMs }, signal) {
      const secretBody = {
        ...(rights as Readonly<Record<string, SecretDocument>>),
        SecretID: secret,
        ...(accessor === undefined ? {} : { AccessorID: accessor }),
        ...(lifeMs === undefined ? {} : { ExpirationTTL: `${lifeMs}ms` }),
      };
      return withoutSecret(await call<ConsulToken>({ method: 'PUT', path: '/v1/acl/token', secretBody, signal }));
    },
    updateToken: (accessor, rights, signal) => write(one('token', accessor), rights, signal),
    deleteToken: (accessor, signal) => remove(one('token', accessor), signal),
    policy: (name, signal) => ifThere(get<ConsulPolicy>(one('policy/name', name), signal)),
    writePolicy: (policy, signal) => write(one('policy', policy.ID), policy, signal),
    deletePolicy: (id, signal) => remove(one('policy', id), signal),
    roles: (signal) => get('roles', signal),
    role: (name, signal) => ifThere(get<ConsulRole>(one('role/name', name), signal)),
    writeRole: (role, signal) => write(one('role', role.ID), role, signal),
    deleteRole: (id, signal) => remove(one('role', id), signal),
    authMethod: (name, signal) => ifThere(get<AuthMethod>(one('auth-method', name), signal)),
    writeAuthMethod: (method, signal) => write('auth-method', method, signal),
    bindingRules: (method, signal) => get('binding-rules', signal, { authmethod: method }),
    writeBindingRule: (rule, signal) => write(one('binding-rule', rule.ID), rule, signal),
    deleteBindingRule: (id, signal) => remove(one('binding-rule', id), signal),
  };
}

function one(kind: string, key: string | undefined): string {
  return key === undefined ? kind : `${kind}/${encodeURIComponent(key)}`;
}

/** A secret that nobody has is no refusal of what was asked: Consul says so in these words, with 403 (1.22.0 and 1.22.3). */
async function ifKnown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (wordsOf(error)?.includes('ACL not found')) return undefined;
    throw error;
  }
}
