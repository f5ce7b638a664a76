import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { raftSeen, type RaftQuestion } from './raft-seen.js';
import type { ClusterNode } from './cluster-node.js';
import { untilSettled, type SettlingQuestion } from './until-settled.js';

/**
 * Removes a server from Raft's peers, unless its own leave has done so already. A leader that is removed hands over first.
 * @throws OutcomeError `vote-kept`.
 */
export async function giveUpVote(question: SettlingQuestion): Promise<void> {
  await untilSettled(question, takeVote, (problem) => voteKept(question.node, problem));
}

/** Returns nothing once the vote is gone. The next poll shows whether a removal succeeded. */
async function takeVote(question: RaftQuestion): Promise<string | undefined> {
  const raft = await raftSeen(question);
  const peers = await raft.peers();
  const own = peers.find(({ goes }) => goes);
  if (!own) return peers.length > 0 ? undefined : 'the other servers know of no votes at all';
  await raft.remove(own.id);
  return `${raft.of} still counts on it, though it was asked not to`;
}

function voteKept({ name }: ClusterNode, problem: string): OutcomeError {
  return new OutcomeError(`${name} keeps its vote`, { code: 'vote-kept', why: problem, next: nomadctl`status` });
}
