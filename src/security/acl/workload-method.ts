import type { AuthMethod } from '../../clients/acl/consul-acl-model.js';
import { OURS } from './consul-rights.js';

/** The name that `nomad setup consul` gives it, and that Nomad's clients use by default. */
export const WORKLOADS = 'nomad-workloads';

/** As in `service_identity` and `task_identity` of Nomad's configuration. */
const AUDIENCE = 'consul.io';

/**
 * Where Consul finds the keys that Nomad signs identities with: at a Nomad server, as Consul's servers reach it, with the PEM of who
 * signed its certificate (absent where Nomad speaks plain HTTP); or what they are, in PEM, where Nomad wants a certificate that
 * Consul has none for.
 */
export type WorkloadKeys = { readonly url: string; readonly ca?: string } | { readonly keys: readonly string[] };

/**
 * How tasks and services of Nomad log in to Consul. Without `MaxTokenTTL`: it would take the tokens of running services away
 * (nomad#20159). Nomad 1.11 signs with RS256; Consul 1.22 refuses EdDSA here.
 * https://developer.hashicorp.com/nomad/docs/secure/acl/consul
 */
export function workloadMethod(where: WorkloadKeys): AuthMethod {
  return {
    Name: WORKLOADS,
    Type: 'jwt',
    Description: `${OURS}tasks and services of Nomad`,
    TokenLocality: 'local',
    Config: {
      ...('keys' in where
        ? { JWTValidationPubKeys: [...where.keys].sort() }
        : { JWKSURL: where.url, ...(where.ca === undefined ? {} : { JWKSCACert: where.ca }) }),
      JWTSupportedAlgs: ['RS256'],
      BoundAudiences: [AUDIENCE],
      ClaimMappings: {
        nomad_namespace: 'nomad_namespace',
        nomad_job_id: 'nomad_job_id',
        nomad_task: 'nomad_task',
        nomad_service: 'nomad_service',
        consul_namespace: 'consul_namespace',
      },
    },
  };
}

/** Whether the method that is there is the one that is wanted, whatever order Consul tells it in. */
export function isSameMethod(found: AuthMethod, wanted: AuthMethod): boolean {
  const told = ({ Type, Description = '', TokenLocality = '', MaxTokenTTL = '0s', Config }: AuthMethod): string =>
    JSON.stringify([Type, Description, TokenLocality, MaxTokenTTL, sorted(Config)]);
  return told(found) === told(wanted);
}

/** Consul leaves out what is empty, and adds nothing of its own. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== '' && each !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
