import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import { createConsulApi } from '../clients/consul/consul-api.js';

/** A name below `.consul`, and what it stands for now. */
export interface ConsulName {
  readonly name: string;
  readonly kind: 'service' | 'node';
  /** Those that DNS hands out: Consul leaves out what is critical. */
  readonly instances: readonly { readonly address: string; readonly port?: number }[];
  /** Why some programs will not take the name. */
  readonly problem?: string;
}

/** The domain that Consul answers for. https://developer.hashicorp.com/consul/docs/services/discovery/dns-overview */
export const DOMAIN = 'consul';

/**
 * All names that Consul's catalogue makes, services first, each kind in the order of the alphabet.
 * @throws ApiError
 */
export async function consulNames(endpoint: AgentEndpoint, signal: AbortSignal): Promise<ConsulName[]> {
  const api = createConsulApi(endpoint);
  const [services, nodes] = await Promise.all([api.serviceNames(signal), api.catalogNodes(signal)]);
  const found = await mapBounded(services.sort(), REQUESTS_AT_ONCE, async (service): Promise<ConsulName> => {
    const { value } = await api.service(service, { index: 0, signal });
    const instances = value.filter(({ checks, passing }) => passing || checks.every(({ status }) => status !== 'critical'));
    return {
      ...named(service, 'service'),
      instances: instances.map(({ address, port }) => (port === 0 ? { address } : { address, port })),
    };
  });
  const hosts = nodes.map(({ name, address }): ConsulName => ({ ...named(name, 'node'), instances: [{ address }] }));
  return [...found, ...hosts.sort((one, other) => one.name.localeCompare(other.name))];
}

function named(label: string, kind: ConsulName['kind']): Pick<ConsulName, 'name' | 'kind' | 'problem'> {
  const problem = labelProblem(label);
  return { name: `${label}.${kind}.${DOMAIN}`, kind, ...(problem === undefined ? {} : { problem }) };
}

/** The letters of a host's name: RFC 1123, section 2.1, and RFC 1035, section 2.3.1, which allows a label 63 of them. */
const LONGEST_LABEL = 63;

/** Why programs may refuse a label of a name, or not be able to ask for it at all; nothing of one that is right. */
export function labelProblem(label: string): string | undefined {
  if (label.length > LONGEST_LABEL) return `longer than ${LONGEST_LABEL} letters: nobody can ask for it`;
  if (label.includes('.')) return 'a dot parts it: Consul takes what stands before it for a tag';
  if (label.includes('_'))
    return 'an underscore is not for names of hosts: Consul answers, but some programs (Java, browsers, TLS) refuse it; use -';
  if (/^-|-$|[^A-Za-z0-9-]/.test(label)) return 'only letters, digits and - in the middle are for names of hosts: some programs refuse it';
  return undefined;
}
