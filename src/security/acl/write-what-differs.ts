import type { Secret } from '@nomadctl/base/secret/secret';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import type { ConsulAcl } from '../../clients/acl/consul-acl.js';
import type { ConsulPolicy, ConsulRole, ConsulTokenRights } from '../../clients/acl/consul-acl-model.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { wordsOf } from '../../clients/http.js';
import { isSameRights } from './consul-rights.js';

/** What was written, a few words each; nothing where all was as it should be. */
export type Written = readonly string[];

/*
 * Each looks first and writes what differs, so that it may be done again at any time: after a kill, by two at once, and over
 * what somebody has changed by hand.
 */

export async function writePolicy(acl: ConsulAcl, wanted: ConsulPolicy, signal: AbortSignal): Promise<Written> {
  const what = `policy ${wanted.Name}`;
  return once(async () => {
    const found = await acl.policy(wanted.Name, signal);
    if (found && found.Rules === wanted.Rules && found.Description === wanted.Description) return [];
    await acl.writePolicy({ ...(found?.ID === undefined ? {} : { ID: found.ID }), ...wanted }, signal);
    return [what];
  });
}

export async function writeRole(acl: ConsulAcl, wanted: ConsulRole, signal: AbortSignal): Promise<Written> {
  const what = `role ${wanted.Name}`;
  return once(async () => {
    const found = await acl.role(wanted.Name, signal);
    if (found && isSameRights(found, wanted)) return [];
    await acl.writeRole({ ...(found?.ID === undefined ? {} : { ID: found.ID }), ...wanted }, signal);
    return [what];
  });
}

export interface PresetToken {
  /** A UUID, chosen before any agent was started. */
  readonly secret: Secret;
  readonly rights: ConsulTokenRights;
}

/** @param endpoint a server's, with a token that may write ACLs: with the token's own secret it is asked which one it has */
export async function writeToken(endpoint: AgentEndpoint, { secret, rights }: PresetToken, signal: AbortSignal): Promise<Written> {
  const what = `token "${rights.Description}"`;
  const { acl } = createConsulApi(endpoint);
  return once(async () => {
    const found = await createConsulApi({ ...endpoint, token: secret }).acl.ownToken(signal);
    if (found && isSameRights(found, rights)) return [];
    if (found) await acl.updateToken(found.AccessorID, rights, signal);
    else await acl.createToken({ secret, rights }, signal);
    return [what];
  });
}

/** What Consul says to the later of two (1.22.3): of two tokens with one secret it keeps the later, and tells the other's maker. */
const OVERTAKEN = /already (exists|in use)|Failed to retrieve token after insertion/;

/** Somebody may do the same at the same time: what exists by now is looked at once more. */
async function once(write: () => Promise<Written>): Promise<Written> {
  try {
    return await write();
  } catch (error) {
    if (OVERTAKEN.test(wordsOf(error) ?? '')) return write();
    throw error;
  }
}
