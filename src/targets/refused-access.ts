import { ApiError, isAbort, type NomadctlError } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import { PROGRAMS } from '../cluster/cluster-node.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { AgentProgram } from '../cluster/node-roles.js';
import { tokenUnknown } from '../security/acl/token-unknown.js';

/**
 * Why a cluster tells us nothing though its servers answer: one of them does not know the management token that is kept here, or
 * is not whom we trust. Nothing where neither is so, or nobody answers. Throws only when aborted.
 */
export async function refusedAccess(connection: ClusterConnection, signal: AbortSignal): Promise<NomadctlError | undefined> {
  const refusals = await mapBounded(PROGRAMS, REQUESTS_AT_ONCE, (program) => refusalOf(connection, program, signal));
  return refusals.find((refusal) => refusal !== undefined);
}

async function refusalOf(connection: ClusterConnection, program: AgentProgram, signal: AbortSignal): Promise<NomadctlError | undefined> {
  const endpoint = connection[program];
  if (endpoint.token === undefined && endpoint.ca === undefined) return undefined;
  try {
    const { acl } = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
    return (await acl.ownToken(signal)) ? undefined : tokenUnknown(program);
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error;
    return error instanceof ApiError && error.code === 'api-untrusted' ? error : undefined;
  }
}
