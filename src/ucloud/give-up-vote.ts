import { OutcomeError } from '../errors.js';
import type { Clock } from '../lib/clock.js';
import { hasFormed, passing, raftSeen, type RaftQuestion } from './raft-seen.js';
import type { UcloudHost } from './ucloud-state.js';

export interface GiveUpRequest extends RaftQuestion {
  readonly clock: Clock;
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 500;

/**
 * Sees to it that the others count on a server no longer: one that left is out of their reckoning already, any other is
 * taken out by them. A leader that is taken out hands over first.
 * @throws OutcomeError `vote-kept`.
 */
export async function giveUpVote(request: GiveUpRequest): Promise<void> {
  const { host, clock, signal } = request;
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const problem = await takeVote(request).catch(passing);
    if (problem === undefined || !(await hasFormed(request))) return;
    if (clock.now() > deadline) throw voteKept(host, problem);
    await clock.sleep(LOOK_MS, signal);
  }
}

/** Nothing once the vote is gone; whether a removal came through is seen at the next look. */
async function takeVote(request: GiveUpRequest): Promise<string | undefined> {
  const raft = await raftSeen(request);
  const peers = await raft.peers();
  const own = peers.find(({ goes }) => goes);
  if (!own) return peers.length > 0 ? undefined : 'the other servers know of no votes at all';
  await raft.remove(own.id);
  return `${raft.of} still counts on it, though it was asked not to`;
}

function voteKept({ name }: UcloudHost, problem: string): OutcomeError {
  return new OutcomeError(`${name} keeps its vote`, { code: 'vote-kept', why: problem, next: 'nomadctl status' });
}
