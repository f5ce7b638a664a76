import { randomUUID } from 'node:crypto';
import { Secret } from '@nomadctl/base/secret/secret';
import { createNomadApi } from '../../clients/nomad-api.js';
import { answeringServer } from '../../cluster/answering-server.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import { OURS } from '../acl/consul-rights.js';
import { consulTokens, ensureConsulAcl, type ConsulTokens } from '../acl/ensure-consul-acl.js';
import { deleteConsulToken, deleteNomadToken } from '../acl/delete-token.js';
import { writeToken } from '../acl/write-what-differs.js';
import { DNS, MANAGEMENT, nodeTokenName } from '../cluster-secrets.js';
import { agentsOfFleet, areCurrent, type Fleet } from './fleet.js';
import { reloadAgent, restartAgents, type Rolling } from './roll-agents.js';
import {
  chooseSuccessors,
  forgetPredecessors,
  keepSuccessor,
  predecessors,
  standingOfSuccessors,
  succeed,
  successors,
  type Where,
} from './successors.js';

/*
 * Old and new tokens are good side by side until every agent has the new one. Nomad chooses the secrets of its tokens; all others
 * are chosen here. A Consul server that was started with the first management token has it in its memory, and makes it again when it
 * leads: such servers are started anew before the old one is deleted.
 */

export async function chooseTokens(where: Where, cluster: ReachedCluster): Promise<void> {
  const token = (): Secret => new Secret(randomUUID(), where.redact);
  const names = [
    MANAGEMENT.consul,
    DNS,
    ...cluster.nodes.flatMap(({ name }) => [nodeTokenName(name, 'consul'), nodeTokenName(name, 'nomad')]),
  ];
  await chooseSuccessors(where, Object.fromEntries(names.map((name) => [name, token])));
}

interface Making {
  readonly datacenter: string;
  /** Of the rotation, in milliseconds since the epoch: by it a token is known that a killed run has made and not kept. */
  readonly begunAt: number;
}

/** Makes the tokens that were chosen, with the rights of those that they replace, and Nomad's, which is kept at once. */
export async function makeTokens(fleet: Fleet, where: Where, { datacenter, begunAt, ...rolling }: Making & Rolling): Promise<void> {
  const chosen = await successors(where);
  const management = chosen.get(MANAGEMENT.consul);
  if (!management) return;
  const cluster = await fleet.reach();
  const endpoint = cluster.endpoint(await answeringServer(cluster, 'consul', rolling), 'consul');
  const rights = { Description: `${OURS}management`, Policies: [{ Name: 'global-management' }] };
  await writeToken(endpoint, { secret: management, rights }, rolling.signal);
  // A node that has come meanwhile has its tokens already.
  const nodes = cluster.nodes.filter(({ name }) => chosen.has(nodeTokenName(name, 'consul')));
  await ensureConsulAcl({ cluster: { ...cluster, nodes }, datacenter, tokens: tokensOf(chosen, cluster) }, rolling);
  if (!chosen.has(MANAGEMENT.nomad)) await makeNomadToken(cluster, where, { begunAt, ...rolling });
}

/** Whether all are made, as far as what is kept can tell: Nomad's is kept last. */
export async function areTokensMade(where: Where): Promise<boolean> {
  return (await standingOfSuccessors(where)) !== 'chosen' || (await successors(where)).has(MANAGEMENT.nomad);
}

async function makeNomadToken(
  cluster: ReachedCluster,
  where: Where,
  { begunAt, ...rolling }: Omit<Making, 'datacenter'> & Rolling,
): Promise<void> {
  const { signal } = rolling;
  const { acl } = createNomadApi(cluster.endpoint(await answeringServer(cluster, 'nomad', rolling), 'nomad'));
  const Name = `${OURS}management since ${new Date(begunAt).toISOString()}`;
  // Of one that a killed run has made, nobody knows the secret.
  for (const lost of await acl.tokens(signal)) if (lost.Name === Name) await acl.deleteToken(lost.AccessorID, signal);
  const made = await acl.createToken({ Name, Type: 'management', Global: true }, { redact: where.redact, signal });
  await keepSuccessor(where, MANAGEMENT.nomad, made.secret);
}

/** Whether every agent has the tokens of now. */
export async function areTokensTaken(fleet: Fleet, where: Where): Promise<boolean> {
  if ((await standingOfSuccessors(where)) === 'chosen') return false;
  return areCurrent(fleet);
}

/** Puts the new tokens in force: in what is kept, in every configuration, and with every agent. @returns how many were restarted */
export async function useTokens(fleet: Fleet, where: Where, rolling: Rolling): Promise<number> {
  await succeed(where);
  await fleet.writeSecrets();
  for (const agent of agentsOfFleet(await fleet.reach())) if (fleet.takesTokens(agent)) await reloadAgent(fleet, agent, rolling);
  return restartAgents(fleet, (agent) => !fleet.takesTokens(agent), rolling);
}

/** Deletes the old tokens, and forgets them. */
export async function deleteOldTokens(fleet: Fleet, where: Where, { clock, signal }: Rolling): Promise<number> {
  const cluster = await fleet.reach();
  const old = await predecessors(where);
  const consul = cluster.endpoint(await answeringServer(cluster, 'consul', { signal }), 'consul');
  const nomad = cluster.endpoint(await answeringServer(cluster, 'nomad', { signal }), 'nomad');
  for (const [name, token] of old)
    await (name === MANAGEMENT.nomad
      ? deleteNomadToken(nomad, token, { clock, signal })
      : deleteConsulToken(consul, token, { clock, signal }));
  await forgetPredecessors(where);
  return old.size;
}

function tokensOf(chosen: ReadonlyMap<string, Secret>, cluster: ReachedCluster): ConsulTokens {
  const dns = chosen.get(DNS);
  if (!dns) throw new Error('no token was chosen for DNS');
  return consulTokens(cluster, dns, (node, program) => chosen.get(nodeTokenName(node, program)));
}
