import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createConsulApi } from '../../clients/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { Secret } from '@nomadctl/base/secret/secret';

/*
 * Tokens of which only the secret is kept: they are asked for their own name. Nothing happens to one that is not known any more.
 */

/** @param endpoint reached with the management token */
export function deleteConsulToken(endpoint: AgentEndpoint, token: Secret, signal: AbortSignal): Promise<void> {
  return deleteOwn(createConsulApi(endpoint).acl, createConsulApi({ ...endpoint, token }).acl, signal);
}

/** @param endpoint reached with the management token */
export function deleteNomadToken(endpoint: AgentEndpoint, token: Secret, signal: AbortSignal): Promise<void> {
  return deleteOwn(createNomadApi(endpoint).acl, createNomadApi({ ...endpoint, token }).acl, signal);
}

interface Tokens {
  ownToken(signal: AbortSignal): Promise<{ readonly AccessorID: string } | undefined>;
  deleteToken(accessor: string, signal: AbortSignal): Promise<void>;
}

async function deleteOwn(management: Pick<Tokens, 'deleteToken'>, token: Pick<Tokens, 'ownToken'>, signal: AbortSignal): Promise<void> {
  const own = await token.ownToken(signal);
  if (own) await management.deleteToken(own.AccessorID, signal);
}
