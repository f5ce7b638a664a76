import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { Work } from './work.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';

/*
 * Tokens of which only the secret is kept: they are asked for their own name. Nothing happens to one that is not known any more. A
 * leader that has just been started and elected knows no token before it has read its log (seen of Nomad 1.11.3), and refuses each with
 * the words for a deleted one: it is believed once it knows the token with which it is asked.
 */

/** As long as an election may take, and the log until then be read. */
const KNOWN_MS = 30_000;

/** @param endpoint reached with the management token @throws OutcomeError `wait-timeout` when the server does not know that one */
export function deleteConsulToken(endpoint: AgentEndpoint, token: Secret, asking: Asking): Promise<void> {
  return deleteOwn(createConsulApi(endpoint).acl, createConsulApi({ ...endpoint, token }).acl, { ...asking, what: 'Consul' });
}

/** @param endpoint reached with the management token @throws OutcomeError `wait-timeout` when the server does not know that one */
export function deleteNomadToken(endpoint: AgentEndpoint, token: Secret, asking: Asking): Promise<void> {
  return deleteOwn(createNomadApi(endpoint).acl, createNomadApi({ ...endpoint, token }).acl, { ...asking, what: 'Nomad' });
}

type Asking = Pick<Work, 'clock' | 'signal'>;

interface Tokens {
  ownToken(signal: AbortSignal): Promise<{ readonly AccessorID: string } | undefined>;
  deleteToken(accessor: string, signal: AbortSignal): Promise<void>;
}

async function deleteOwn(
  management: Tokens,
  token: Pick<Tokens, 'ownToken'>,
  { what, clock, signal }: Asking & { readonly what: string },
): Promise<void> {
  const wait = { what: `${what} to know the management token`, timeoutMs: KNOWN_MS, clock, signal, next: nomadctl`status` };
  await waitFor(wait, async () => ((await management.ownToken(signal)) ? { value: true } : { observed: 'it does not' }));
  const own = await token.ownToken(signal);
  if (own) await management.deleteToken(own.AccessorID, signal);
}
