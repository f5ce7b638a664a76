import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { ifThere, wordsOf } from '../http.js';
import { bootstrapped, type Bootstrapped } from './bootstrapped.js';
import { GLANCE_TIMEOUT_MS, type NomadHttp } from '../nomad-http.js';
import { tokenWithoutSecret } from './nomad-acl-model.js';
import type { MadeNomadToken, NewNomadToken, NomadNamespace, NomadPolicy, NomadToken } from './nomad-acl-model.js';

/** Nomad's ACL and namespaces. https://developer.hashicorp.com/nomad/api-docs/acl */
export interface NomadAcl {
  /** Makes the first management token with a secret of our choice, a UUID. @throws ApiError as long as there is no leader */
  bootstrapAcl(secret: Secret, signal: AbortSignal): Promise<Bootstrapped>;
  /** The token that calls are made with; nothing where Nomad knows none of that secret. */
  ownToken(signal: AbortSignal): Promise<NomadToken | undefined>;
  tokens(signal: AbortSignal): Promise<NomadToken[]>;
  /** Public halves of the keys that it signs workload identities with, in PEM. */
  identityKeys(signal: AbortSignal): Promise<string[]>;
  /**
   * A token with which a client that no server knows yet may register, under that name alone. Nomad 1.11 and later.
   * https://developer.hashicorp.com/nomad/commands/node/intro/create
   */
  introductionToken(
    node: string,
    ctx: { readonly lifeMs: number; readonly redact: Redactor; readonly signal: AbortSignal },
  ): Promise<Secret>;
  /** Nomad chooses the secret. */
  createToken(token: NewNomadToken, ctx: { readonly redact: Redactor; readonly signal: AbortSignal }): Promise<MadeNomadToken>;
  /** Nothing happens where there is none. */
  deleteToken(accessor: string, signal: AbortSignal): Promise<void>;
  policy(name: string, signal: AbortSignal): Promise<NomadPolicy | undefined>;
  writePolicy(policy: NomadPolicy, signal: AbortSignal): Promise<void>;
  deletePolicy(name: string, signal: AbortSignal): Promise<void>;
  namespaces(signal: AbortSignal): Promise<NomadNamespace[]>;
  namespace(name: string, signal: AbortSignal): Promise<NomadNamespace | undefined>;
  writeNamespace(namespace: NomadNamespace, signal: AbortSignal): Promise<void>;
  /** @throws ApiError `api-refused` while jobs of it are there */
  deleteNamespace(name: string, signal: AbortSignal): Promise<void>;
}

interface RawToken extends NomadToken {
  readonly SecretID: string;
}

export function nomadAclCalls({ call }: NomadHttp): NomadAcl {
  const get = <T>(path: string, signal: AbortSignal): Promise<T> => call({ path, signal, timeoutMs: GLANCE_TIMEOUT_MS });
  const token = (accessor: string): string => `/v1/acl/token/${encodeURIComponent(accessor)}`;
  const policy = (name: string): string => `/v1/acl/policy/${encodeURIComponent(name)}`;
  const namespace = (name: string): string => `/v1/namespace/${encodeURIComponent(name)}`;
  return {
    async bootstrapAcl(secret, signal) {
      const secretBody = { BootstrapSecret: secret };
      return bootstrapped(call({ method: 'POST', path: '/v1/acl/bootstrap', secretBody, signal, timeoutMs: GLANCE_TIMEOUT_MS }));
    },
    // The words are those of 1.11; older ones say the second.
    ownToken: (signal) =>
      unless(/^Permission denied|ACL token not found/, undefined, async () =>
        tokenWithoutSecret(await get<NomadToken>('/v1/acl/token/self', signal)),
      ),
    tokens: async (signal) => ((await get<NomadToken[] | null>('/v1/acl/tokens', signal)) ?? []).map(tokenWithoutSecret),
    async identityKeys(signal) {
      const { keys } = await get<{ keys: JsonWebKey[] }>('/.well-known/jwks.json', signal);
      return keys.map((key) => createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString());
    },
    async introductionToken(node, { lifeMs, redact, signal }) {
      const body = { NodeName: node, TTL: `${lifeMs}ms` };
      const { JWT } = await call<{ JWT: string }>({ method: 'PUT', path: '/v1/acl/identity/client-introduction-token', body, signal });
      return new Secret(JWT, redact);
    },
    async createToken({ lifeMs, ...wanted }, { redact, signal }) {
      const body = { ...wanted, ...(lifeMs === undefined ? {} : { ExpirationTTL: `${lifeMs}ms` }) };
      const made = await call<RawToken>({ method: 'POST', path: '/v1/acl/token', body, signal });
      return { ...tokenWithoutSecret(made), secret: new Secret(made.SecretID, redact) };
    },
    deleteToken: (accessor, signal) =>
      unless(/nonexistent token/, undefined, () => call({ method: 'DELETE', path: token(accessor), signal })),
    policy: (name, signal) => ifThere(get<NomadPolicy>(policy(name), signal)),
    writePolicy: (one, signal) => call({ method: 'POST', path: policy(one.Name), body: one, signal }),
    deletePolicy: (name, signal) =>
      unless(/polic(y|ies) not found|nonexistent polic/, undefined, () => call({ method: 'DELETE', path: policy(name), signal })),
    namespaces: (signal) => get('/v1/namespaces', signal),
    namespace: (name, signal) => ifThere(get<NomadNamespace>(namespace(name), signal)),
    writeNamespace: (one, signal) => call({ method: 'POST', path: '/v1/namespace', body: one, signal }),
    deleteNamespace: (name, signal) =>
      unless(/^namespace not found/, undefined, () => call({ method: 'DELETE', path: namespace(name), signal })),
  };
}

/** Nomad tells refusals apart by their words alone: one that is an answer to what was asked is taken for that. */
async function unless<T, Otherwise>(said: RegExp, otherwise: Otherwise, work: () => Promise<T>): Promise<T | Otherwise> {
  try {
    return await work();
  } catch (error) {
    if (said.test(wordsOf(error) ?? '')) return otherwise;
    throw error;
  }
}
