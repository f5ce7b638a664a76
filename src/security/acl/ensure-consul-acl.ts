import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Secret } from '@nomadctl/base/secret/secret';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import { awaitOwnAgents } from './await-own-agents.js';
import { awaitConsulAcl } from './await-consul-acl.js';
import { consulAgentRights, DNS_RIGHTS, NOMAD_CLIENT, NOMAD_SERVER, nomadAgentRights, tasksPolicy, tasksRole } from './consul-rights.js';
import type { Work } from './work.js';
import { writePolicy, writeRole, writeToken, type PresetToken, type Written } from './write-what-differs.js';

/** Secrets of tokens, UUIDs, chosen before any agent was started. */
export interface ConsulTokens {
  readonly dns: Secret;
  /** Of Consul's agents, by node. */
  readonly agents: Readonly<Record<string, Secret>>;
  /** With which Nomad's agents speak to Consul, by node. */
  readonly nomadAgents: Readonly<Record<string, Secret>>;
}

/** Of the agents that there are: a node of Consul's servers may have none of Nomad's, and Consul knows no token of it. */
export function consulTokens(
  { nodes }: ReachedCluster,
  dns: Secret,
  tokenOf: (node: string, program: AgentProgram) => Secret | undefined,
): ConsulTokens {
  const of = (program: AgentProgram): Readonly<Record<string, Secret>> =>
    Object.fromEntries(
      nodes.flatMap(({ name, agents }) => {
        const token = agents[program] === undefined ? undefined : tokenOf(name, program);
        return token ? [[name, token]] : [];
      }),
    );
  return { dns, agents: of('consul'), nomadAgents: of('nomad') };
}

export interface ConsulAclSubject {
  /** Reached with the management token. */
  readonly cluster: ReachedCluster;
  readonly datacenter: string;
  readonly tokens: ConsulTokens;
}

/**
 * Gives Consul's agents and Nomad's agents the tokens that they were configured with. What depends on nothing comes first and
 * all at once; then what names a policy. Nothing has to be read back, so a run that was killed is simply done again. Afterwards
 * Nomad's agents may start: Consul's beside them take their tokens.
 * @throws OutcomeError `wait-timeout` or `token-unknown`; ApiError; Error for a node whose secret is missing
 */
export async function ensureConsulAcl({ cluster, datacenter, tokens }: ConsulAclSubject, work: Work): Promise<Written> {
  const endpoint = await awaitConsulAcl(cluster, work);
  const { signal } = work;
  const { acl } = createConsulApi(endpoint);
  const agents = cluster.nodes.filter(({ agents: { consul } }) => consul !== undefined);
  const policies = [NOMAD_SERVER, NOMAD_CLIENT, tasksPolicy(DEFAULT_NAMESPACE)];
  const first = [
    ...policies.map((policy) => () => writePolicy(acl, policy, signal)),
    ...[
      ...agents.map(({ name }) => ({ secret: secretOf(tokens.agents, name), rights: consulAgentRights(name, datacenter) })),
      { secret: tokens.dns, rights: DNS_RIGHTS },
    ].map((token) => () => writeToken(endpoint, token, signal)),
  ];
  const second = [
    ...nomadTokens(cluster, tokens.nomadAgents).map((token) => () => writeToken(endpoint, token, signal)),
    () => writeRole(acl, tasksRole(DEFAULT_NAMESPACE), signal),
  ];
  const written = await mapBounded(first, REQUESTS_AT_ONCE, (write) => write());
  const more = await mapBounded(second, REQUESTS_AT_ONCE, (write) => write());
  await awaitOwnAgents(cluster, tokens.nomadAgents, work);
  return [...written, ...more].flat();
}

function nomadTokens({ nodes }: ReachedCluster, secrets: ConsulTokens['nomadAgents']): PresetToken[] {
  return nodes.flatMap(({ name, agents: { nomad } }) =>
    nomad === undefined ? [] : [{ secret: secretOf(secrets, name), rights: nomadAgentRights(name, nomad) }],
  );
}

function secretOf(secrets: Readonly<Record<string, Secret>>, node: string): Secret {
  const secret = secrets[node];
  if (secret === undefined) throw new Error(`no secret was chosen for the token of ${node}`);
  return secret;
}
