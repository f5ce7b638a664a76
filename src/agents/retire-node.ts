import { join } from 'node:path';
import type { Clock } from '@nomadctl/base/clock';
import type { Exec } from '../tools/exec.js';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { forgetNode } from '../cluster/forget-node.js';
import { giveUpVote } from '../cluster/give-up-vote.js';
import { refuseWithoutQuorum } from '../cluster/quorum-guard.js';
import type { ReachedCluster } from '../cluster/reach.js';
import { stopAgent } from './agent-process.js';
import { allocationsFolder } from './bridge/allocations-folder.js';
import { endProcess } from './leftovers/end-process.js';
import { runningAgent } from './running-agent.js';
import { agentFiles, nodeDir, type NodeRecord } from './node-record.js';
import { nodeOf } from './reach-nodes.js';
import { removeData } from './leftovers/remove-data.js';
import { agentsOf, isServerOf } from '../cluster/node-roles.js';

export interface RetireRequest {
  readonly node: NodeRecord;
  /** All of the cluster, the one that goes among them. */
  readonly cluster: ReachedCluster;
  /** The folder of all agents. */
  readonly agents: string;
  readonly exec: Exec;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LEAVE_MS = 15_000;

/**
 * Takes a node of this computer out of its cluster, and removes it: a server goes only when the others have a majority without
 * it, its agents say goodbye, its votes are gone before its data. May be repeated.
 * @throws OutcomeError when nobody is there to take over: nothing has been stopped then.
 */
export async function retireNode({ node: record, agents, ...request }: RetireRequest): Promise<void> {
  const { clock, cluster, signal } = request;
  const node = nodeOf(record);
  const votes = agentsOf(record.role).flatMap(({ program, mode }) =>
    mode === 'server' ? [{ program, node, cluster, clock, signal }] : [],
  );
  for (const vote of votes) await refuseWithoutQuorum(vote);
  const [nomad, consul] = [agentFiles(agents, record.name, 'nomad'), agentFiles(agents, record.name, 'consul')];
  // A server that gets SIGINT takes itself out of Raft.
  const running = isServerOf(record.role, 'nomad') ? runningAgent(nomad) : undefined;
  if (running) await endProcess(running, 'SIGINT', { clock, waitMs: LEAVE_MS });
  await stopAgent(nomad, clock);
  if (runningAgent(consul)) await leaveConsul(node, request);
  await stopAgent(consul, clock);
  for (const vote of votes) await giveUpVote(vote);
  await forgetNode({ node, cluster, signal });
  await removeData(nodeDir(agents, record.name), request);
  await removeData(join(allocationsFolder(agents), record.name), request);
}

/**
 * Asks Consul to leave. Ignores a failure: the agent may stop before it answers, and the other members are told in any
 * case.
 */
async function leaveConsul(node: ReturnType<typeof nodeOf>, { cluster, signal }: Pick<RetireRequest, 'cluster' | 'signal'>): Promise<void> {
  await createConsulApi(cluster.endpoint(node, 'consul'))
    .leave(signal)
    .catch(() => signal.throwIfAborted());
}
