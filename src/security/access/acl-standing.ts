import { ApiError, PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { wordsOf } from '../../clients/http.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { tokenUnknown } from '../acl/token-unknown.js';

/** Which programs of a cluster ask for tokens. */
export interface AclStanding {
  readonly consul: boolean;
  readonly nomad: boolean;
}

/** Both programs say so in these words where everybody may do everything. */
const DISABLED = /ACL support disabled/;

/** Asked of the agents: a token in our hands says nothing of what they want. @throws ApiError when they do not answer */
export async function aclStanding({ consul, nomad }: ClusterConnection, signal: AbortSignal): Promise<AclStanding> {
  const [ofConsul, ofNomad] = await Promise.all([
    isEnforced(createConsulApi(consul).acl.ownToken(signal)),
    // Without ACLs Nomad tells of a token all the same, and lists none.
    isEnforced(createNomadApi(nomad).acl.tokens(signal)),
  ]);
  return { consul: ofConsul, nomad: ofNomad };
}

async function isEnforced(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (DISABLED.test(wordsOf(error) ?? '')) return false;
    if (error instanceof ApiError && error.code === 'api-forbidden') return true;
    throw error;
  }
}

/**
 * @throws PrerequisiteError `no-access-control` where one of the programs takes no tokens; OutcomeError `token-unknown` where one
 * does not know ours
 */
export async function requireKnownTokens(connection: ClusterConnection, signal: AbortSignal): Promise<void> {
  await requireAcls(connection, signal);
  const [ofConsul, ofNomad] = await Promise.all([
    createConsulApi(connection.consul).acl.ownToken(signal),
    createNomadApi(connection.nomad).acl.ownToken(signal),
  ]);
  if (!ofConsul) throw tokenUnknown('consul');
  if (!ofNomad) throw tokenUnknown('nomad');
}

/** @throws PrerequisiteError `no-access-control` where one of the programs takes no tokens */
export async function requireAcls(connection: ClusterConnection, signal: AbortSignal): Promise<void> {
  const { consul, nomad } = await aclStanding(connection, signal);
  if (consul && nomad) return;
  const { cluster } = connection;
  const lacking = [...(consul ? [] : ['Consul']), ...(nomad ? [] : ['Nomad'])].join(' and ');
  throw new PrerequisiteError(`cluster ${cluster} has no access control, so there is nothing that a token could open`, {
    code: 'no-access-control',
    why: `whoever reaches its agents may do everything: ${lacking} of it was started without ACLs`,
    next: nomadctl`up ${cluster} --profile secure`,
  });
}
