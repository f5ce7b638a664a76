import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import type { Stopped } from '../job-state.js';
import { isLive, isOutOfReach } from '../../clients/live-allocations.js';
import { clientsOutOfReach } from './out-of-reach.js';
import { jobWords } from '../parse/in-namespace.js';

export interface EndRequest {
  readonly id: string;
  /** Nomad's servers have a version that stops one group of several only. */
  readonly leavesGroups: boolean;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/** Tasks get their kill_timeout, 5 s by default; a node that is away never answers. */
const TIMEOUT_MS = 120_000;

/**
 * Stops a job and comes back when nothing of it runs, whatever its flag said before. Does not purge: with its job Nomad
 * forgets its allocations at once, also those that still end. @throws OutcomeError `stop-timeout`
 */
export async function endJob(api: NomadApi, request: EndRequest): Promise<Stopped> {
  const { id, leavesGroups, signal, line } = request;
  const before = (await api.allocations(id, { index: 0, signal, all: true })).value.filter(isLive);
  const { EvalID } = await api.stop({ id, purge: false, signal });
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  const until = anySignal(signal, timeUp);
  let left = before;
  try {
    const askedAgain = leavesGroups && EvalID !== '' ? await stopEveryGroup(api, { id, evaluation: EvalID, signal: until, line }) : 0;
    for await (const all of watch((from) => api.allocations(id, { ...from, all: true }), until)) {
      left = all.filter((one) => isLive(one) && !isToldInVain(one));
      if (left.length === 0) return { ended: before.length, askedAgain, unreachable: await clientsOutOfReach(api, all, signal) };
      line(`${left.length} still running`);
    }
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error;
  }
  throw new OutcomeError(`job ${id}: ${left.length} allocations still run ${formatDuration(TIMEOUT_MS)} after the stop`, {
    code: 'stop-timeout',
    why: left.map((one) => `allocation ${one.ID.slice(0, 8)} of ${one.TaskGroup} on ${one.NodeName}${toldOf(one)}`),
    next: nomadctl`job status ${jobWords(id, api.namespace)}`,
  });
}

/**
 * Creates evaluations until every group of a stopped job has ended. Nomad 1.11.0 ends a single group, and in most later
 * evaluations none (known-faults.json). An evaluation leaves no trace in the job, where counts of 0 would stay in its
 * versions. Twelve groups took 39 evaluations.
 */
async function stopEveryGroup(
  api: NomadApi,
  { id, evaluation, signal, line }: { id: string; evaluation: string; signal: AbortSignal; line: (text: string) => void },
): Promise<number> {
  let current = evaluation;
  for (let askedAgain = 0; ; askedAgain++) {
    for await (const { Status } of watch((from) => api.evaluation(current, from), signal)) if (Status !== 'pending') break;
    const { value } = await api.allocations(id, { index: 0, signal, all: true });
    const groups = new Set(value.filter(isForgotten).map(({ TaskGroup }) => TaskGroup));
    if (groups.size === 0) return askedAgain;
    line(`${[...groups].join(', ')} not told to stop yet`);
    current = (await api.evaluate(id, signal)).EvalID;
  }
}

function isForgotten(one: Allocation): boolean {
  return isLive(one) && one.DesiredStatus === 'run';
}

function toldOf(one: Allocation): string {
  return isForgotten(one) ? ', which Nomad has not told it to end' : '';
}

/** Told to end, on a client that does not hear it: Nomad waits for nobody there. */
function isToldInVain(one: Allocation): boolean {
  return one.DesiredStatus !== 'run' && isOutOfReach(one);
}
