import { OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { raftSeen, type RaftQuestion } from './raft-seen.js';
import { PROGRAMS, serversOf, type ClusterNode } from './cluster-node.js';
import { untilSettled, type SettlingQuestion } from './until-settled.js';

/** @throws OutcomeError `only-server` for the last server of a program: no other has its data. */
export function refuseOnlyServer({ name, agents }: ClusterNode, nodes: readonly ClusterNode[]): void {
  const program = PROGRAMS.find((one) => agents[one] === 'server' && serversOf(nodes, one).every((server) => server.name === name));
  if (!program) return;
  const [of, kept, setting] = program === 'consul' ? ['Consul', 'catalogue and keys', 'consulServers'] : ['Nomad', 'jobs', 'nomadServers'];
  throw new OutcomeError(`${name} is the only server of ${of}`, {
    code: 'only-server',
    why: `all ${kept} would go with it`,
    next: hint`${nomadctl`config set ${setting} 3`} && ${nomadctl`up`}; with three, each can be replaced`,
  });
}

/**
 * Refuses to remove a server unless the others keep a majority: living servers hold more than half of the remaining votes.
 * @throws OutcomeError `only-server`, `quorum`.
 */
export async function refuseWithoutQuorum(question: SettlingQuestion): Promise<void> {
  refuseOnlyServer(question.node, question.cluster.nodes);
  await untilSettled(question, quorumProblem, (problem) => noQuorum(question.node, problem));
}

async function quorumProblem(question: RaftQuestion): Promise<string | undefined> {
  const raft = await raftSeen(question);
  const rest = (await raft.peers()).filter(({ voter, goes }) => voter && !goes);
  const dead = rest.filter(({ alive }) => !alive).map(({ name }) => name);
  if ((rest.length - dead.length) * 2 > rest.length) return undefined;
  if (rest.length === 0) return `no other server of ${raft.of} votes yet`;
  return `of the ${rest.length} votes that ${raft.of} would have left, ${dead.length} are of servers that are down: ${dead.join(', ')}`;
}

function noQuorum({ name }: ClusterNode, problem: string): OutcomeError {
  return new OutcomeError(`${name} may not go: the others would have no majority`, {
    code: 'quorum',
    why: problem,
    next: nomadctl`status`,
  });
}
