import { randomUUID } from 'node:crypto';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { wordsOf } from '../../clients/http.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { didYouMean } from '@nomadctl/base/suggest';
import type { ClusterConnection } from '../../cluster/connection.js';
import { writePolicy } from '../acl/write-what-differs.js';
import { rightsOf, TOKEN_KINDS, type TokenKind, type TokenRole } from './token-kinds.js';

/** A token of somebody's: one of Consul and one of Nomad, by one name. */
export interface AccessToken extends TokenRole {
  readonly name: string;
  /** When it was made, RFC 3339. */
  readonly made: string;
  /** When it ends, RFC 3339; absent: never. */
  readonly ends?: string | undefined;
  /** By which each program knows it; a half is missing where a command was killed or somebody deleted it. */
  readonly accessors: Readonly<Partial<Record<'consul' | 'nomad', string>>>;
}

export interface WantedToken extends TokenRole {
  readonly name: string;
  readonly lifeMs?: number | undefined;
}

export interface MadeToken {
  readonly token: AccessToken;
  readonly secrets: Readonly<Record<'consul' | 'nomad', Secret>>;
}

interface Asking {
  readonly signal: AbortSignal;
  readonly redact: Redactor;
}

const LABEL = /^access: (\S+) \((\S+?)(?: of (\S+))?\)$/;

/** In the descriptions of both programs, which is all that they keep of a token's purpose. */
function labelOf({ name, kind, namespace }: TokenRole & { readonly name: string }): string {
  return `access: ${name} (${kind}${namespace === undefined ? '' : ` of ${namespace}`})`;
}

function readLabel(label: string | undefined): (TokenRole & { readonly name: string }) | undefined {
  const [, name = '', kind = '', namespace] = LABEL.exec(label ?? '') ?? [];
  const isKind = (word: string): word is TokenKind => (TOKEN_KINDS as readonly string[]).includes(word);
  return isKind(kind) ? { name, kind, ...(namespace === undefined ? {} : { namespace }) } : undefined;
}

/** Tokens that `access token create` has made and that have not ended, by name. */
export async function accessTokens({ consul, nomad }: ClusterConnection, signal: AbortSignal): Promise<AccessToken[]> {
  const [ofConsul, ofNomad] = await Promise.all([createConsulApi(consul).acl.tokens(signal), createNomadApi(nomad).acl.tokens(signal)]);
  const halves = [
    ...ofConsul.map(({ Description, CreateTime = '', ExpirationTime, AccessorID }) => ({
      label: Description,
      made: CreateTime,
      ends: ExpirationTime,
      accessors: { consul: AccessorID },
    })),
    ...ofNomad.map(({ Name, CreateTime, ExpirationTime, AccessorID }) => ({
      label: Name,
      made: CreateTime,
      ends: ExpirationTime ?? undefined,
      accessors: { nomad: AccessorID },
    })),
  ];
  const found = new Map<string, AccessToken>();
  for (const { label, made, ends, accessors } of halves) {
    const read = readLabel(label);
    if (!read) continue;
    const other = found.get(read.name);
    found.set(read.name, { ...read, made, ends, ...other, accessors: { ...other?.accessors, ...accessors } });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What speaks against making a token. @throws UsageError `token-exists` or `namespace-unknown` */
export async function refuseToken(connection: ClusterConnection, { name, namespace }: WantedToken, signal: AbortSignal): Promise<void> {
  if ((await accessTokens(connection, signal)).some((token) => token.name === name)) {
    throw new UsageError(`there is a token ${name} already`, {
      code: 'token-exists',
      why: 'its secret was shown when it was made, and nobody can show it again',
      next: nomadctl`access token revoke ${name}`,
    });
  }
  if (namespace === undefined) return;
  const names = (await createNomadApi(connection.nomad).acl.namespaces(signal)).map(({ Name }) => Name);
  if (names.includes(namespace)) return;
  throw new UsageError(`the cluster has no namespace ${namespace}${didYouMean(namespace, names)}`, {
    code: 'namespace-unknown',
    why: `namespaces: ${names.join(', ')}`,
    next: nomadctl`access namespace create ${namespace}`,
  });
}

/**
 * Consul first: its token has a secret of our choice. One that is killed between the two leaves a half, which the list shows and
 * `revokeToken` takes away.
 */
export async function makeToken({ consul, nomad }: ClusterConnection, wanted: WantedToken, { signal, redact }: Asking): Promise<MadeToken> {
  const { acl: consulAcl } = createConsulApi(consul);
  const { acl: nomadAcl } = createNomadApi(nomad);
  const rights = rightsOf(wanted);
  const label = labelOf(wanted);
  if (rights !== 'everything') {
    await writePolicy(consulAcl, rights.consul, signal);
    await nomadAcl.writePolicy(rights.nomad, signal);
  }
  const secret = new Secret(randomUUID(), redact);
  const { lifeMs } = wanted;
  const policy = rights === 'everything' ? 'global-management' : rights.consul.Name;
  const consulToken = await consulAcl.createToken({ secret, lifeMs, rights: { Description: label, Policies: [{ Name: policy }] } }, signal);
  const nomadRights =
    rights === 'everything' ? ({ Type: 'management' } as const) : ({ Type: 'client', Policies: [rights.nomad.Name] } as const);
  const nomadToken = await nomadAcl
    .createToken({ Name: label, ...nomadRights, lifeMs }, { redact, signal })
    .catch(async (error: unknown) => {
      await consulAcl.deleteToken(consulToken.AccessorID, signal);
      throw lifeRefused(error) ?? error;
    });
  return {
    token: {
      name: wanted.name,
      kind: wanted.kind,
      ...(wanted.namespace === undefined ? {} : { namespace: wanted.namespace }),
      made: nomadToken.CreateTime,
      ends: nomadToken.ExpirationTime ?? undefined,
      accessors: { consul: consulToken.AccessorID, nomad: nomadToken.AccessorID },
    },
    secrets: { consul: secret, nomad: nomadToken.secret },
  };
}

/** Both halves, as far as they are there. */
export async function revokeToken({ consul, nomad }: ClusterConnection, { accessors }: AccessToken, signal: AbortSignal): Promise<void> {
  await Promise.all([
    accessors.consul === undefined ? undefined : createConsulApi(consul).acl.deleteToken(accessors.consul, signal),
    accessors.nomad === undefined ? undefined : createNomadApi(nomad).acl.deleteToken(accessors.nomad, signal),
  ]);
}

/** Nomad's servers have a limit of their own, a day where nobody has set it. */
function lifeRefused(error: unknown): UsageError | undefined {
  const [, bound, limit] = /expiration time cannot be (more|less) than (\S+) in the future/.exec(wordsOf(error) ?? '') ?? [];
  if (limit === undefined) return undefined;
  return new UsageError(`the servers of Nomad allow no token that lives ${bound === 'more' ? 'longer' : 'shorter'} than ${limit}`, {
    code: 'ttl-refused',
    why: `acl.token_${bound === 'more' ? 'max' : 'min'}_expiration_ttl of their configuration says so; nothing was made`,
    next: again({ ttl: limit.replace(/(?<=[a-z])0[ms]/g, '') }),
    cause: error,
  });
}
