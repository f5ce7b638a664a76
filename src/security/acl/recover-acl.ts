import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { answeringServer } from '../../cluster/answering-server.js';
import { nodeAt } from '../../cluster/cluster-node.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Work } from './work.js';

/** Writes the number into the program's reset file on a node, or with nothing takes the file away. */
export type WriteReset = (node: string, index: string | undefined) => Promise<void>;

export interface Recovery {
  readonly cluster: ReachedCluster;
  readonly program: AgentProgram;
  /** Of the new management token: kept before this is called. */
  readonly secret: Secret;
  readonly writeReset: WriteReset;
}

/** A leader that changes in between reads another node's file: the new one gets its own. */
const TRIES = 5;

/**
 * Has a program make another management token, for whoever can write into its leader's data. Those that it has stay valid. May be
 * done again at any time.
 * https://developer.hashicorp.com/consul/docs/secure/acl/reset, https://developer.hashicorp.com/nomad/docs/secure/acl/bootstrap
 * @returns the leader's name
 * @throws OutcomeError `no-server`, `wait-timeout` or `acl-not-reset`
 */
export async function recoverAcl({ cluster, program, secret, writeReset }: Recovery, work: Work): Promise<string> {
  const { signal } = work;
  const node = await answeringServer(cluster, program, { signal });
  // The token at hand is unknown to the program, which would refuse it before it looks at what is asked.
  const { token: _unknown, ...endpoint } = cluster.endpoint(node, program);
  const api = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
  for (let tried = 0; tried < TRIES; tried++) {
    const leader = await waitFor({ ...work, what: `a leader of ${program}`, next: again() }, async () => {
      const name = nodeAt(await api.leader(signal), cluster.nodes);
      return name === undefined ? { observed: 'there is none' } : { value: name };
    });
    const before = await api.acl.bootstrapAcl(secret, signal);
    if (before === 'made') return leader;
    await writeReset(leader, before.resetIndex);
    try {
      if ((await api.acl.bootstrapAcl(secret, signal)) === 'made') return leader;
    } finally {
      await writeReset(leader, undefined);
    }
  }
  throw new OutcomeError(`${program} makes no other management token`, {
    code: 'acl-not-reset',
    why: 'its leader takes no notice of the reset file in its data folder',
    next: again(),
  });
}

export interface OtherToken {
  readonly program: AgentProgram;
  readonly accessor: string;
  readonly description: string;
}

/** Management tokens besides the ones that we have: whoever has them may do everything, also after a recovery. */
export async function otherManagementTokens(
  { consul, nomad }: Readonly<Record<AgentProgram, AgentEndpoint>>,
  signal: AbortSignal,
): Promise<OtherToken[]> {
  const [ofConsul, ofNomad] = [createConsulApi(consul).acl, createNomadApi(nomad).acl];
  const [ownOfConsul, allOfConsul, ownOfNomad, allOfNomad] = await Promise.all([
    ofConsul.ownToken(signal),
    ofConsul.tokens(signal),
    ofNomad.ownToken(signal),
    ofNomad.tokens(signal),
  ]);
  return [
    ...allOfConsul
      .filter(
        ({ AccessorID, Policies }) => AccessorID !== ownOfConsul?.AccessorID && Policies?.some(({ Name }) => Name === 'global-management'),
      )
      .map(({ AccessorID, Description = '' }) => ({ program: 'consul' as const, accessor: AccessorID, description: Description })),
    ...allOfNomad
      .filter(({ AccessorID, Type }) => AccessorID !== ownOfNomad?.AccessorID && Type === 'management')
      .map(({ AccessorID, Name }) => ({ program: 'nomad' as const, accessor: AccessorID, description: Name })),
  ];
}

/** Ends them. */
export async function deleteTokens(
  { consul, nomad }: Readonly<Record<AgentProgram, AgentEndpoint>>,
  tokens: readonly OtherToken[],
  signal: AbortSignal,
): Promise<void> {
  for (const { program, accessor } of tokens)
    await (program === 'consul' ? createConsulApi(consul) : createNomadApi(nomad)).acl.deleteToken(accessor, signal);
}
