import { withinTime } from '@nomadctl/base/signals/any-signal';
import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { isOutOfReach } from '../clients/live-allocations.js';
import type { NomadApi } from '../clients/nomad-api.js';
import type { Allocation } from '../clients/nomad-rollout-model.js';
import { nomadOf } from './answering-server.js';
import { serversOf } from './cluster-node.js';
import { jobName } from './connection.js';
import type { ReachedCluster } from './reach.js';

export interface StopJobsRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What still runs so long after it was told to end, and after the time that its own job gives it, ends with its node. */
  readonly timeoutMs: number;
  readonly line: (text: string) => void;
  /** For the journal: why jobs could not be stopped. */
  readonly log: (text: string) => void;
}

const FIRST_ANSWER_MS = 3000;
const DRAIN_MS = 5000;
/** Below zero, Nomad ends everything at once. https://developer.hashicorp.com/nomad/api-docs/nodes#drain-node */
const BY_FORCE = -1;
/** How long Nomad may take to tell everything to end. */
const TOLD_MS = 20_000;
const HIGHEST_PRIORITY = 100;
/** So many evaluations wait for a scheduler that those of a drain, which stand behind them, come too late. */
const BACKLOG = 20;
/** However much longer a job's tasks may take: a `down` must end. */
const LONGEST_GRACE_MS = 60_000;
const NANOS_PER_MS = 1e6;
const NAMED = 5;

/**
 * Ends every task of a cluster before it is destroyed, as its job says, and comes back when none runs. Asks the first Nomad
 * server that answers. Returns in a few words what ran. What cannot be ended is no error: it ends with its node.
 *
 * The clients are drained, and the jobs left as they are: thousands of them take no longer than one, nothing that waits for
 * room gets it meanwhile, and every group ends, which a stop does not see to on each version (known-faults.json). Only where
 * Nomad is behind with its evaluations, what runs is stopped first. Nor is anything purged: with a job Nomad forgets its allocations at once, also those that still end. After a `down` that was
 * killed, `up` makes the clients eligible again, and the jobs go on.
 */
export async function stopJobs(cluster: ReachedCluster, request: StopJobsRequest): Promise<string> {
  const { signal, log } = request;
  if (serversOf(cluster.nodes, 'nomad').length === 0) return 'no servers';
  try {
    return amountOf(await endAllocations(await nomadOf(cluster, { signal }), request));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OutcomeError) return 'no server to ask';
    log(`the jobs end with their nodes: ${String(error)}`);
    return 'they end with their nodes';
  }
}

/** Without a leader nothing can be drained. Returns what ran. */
async function endAllocations(nomad: NomadApi, { clock, signal, timeoutMs, line }: StopJobsRequest): Promise<readonly Allocation[]> {
  const first = withinTime(signal, FIRST_ANSWER_MS);
  const [running, nodes, waiting] = await Promise.all([
    nomad.liveAllocations({ index: 0, signal: first }),
    nomad.watchNodes({ index: 0, signal: first }),
    // Only for the order in which things are told to end.
    nomad.waitingEvaluations(BACKLOG, first).catch(() => 0),
  ]);
  const ids = nodes.value.filter(({ Status }) => Status !== 'down').map(({ ID }) => ID);
  const draining = withinTime(signal, DRAIN_MS);
  // First all of them: what leaves one client would begin anew on the next.
  await mapBounded(ids, REQUESTS_AT_ONCE, (id) => nomad.setEligibility({ id, eligible: false, signal: draining }));
  if (waiting >= BACKLOG) await hurry(nomad, running.value, withinTime(signal, DRAIN_MS)).catch(() => signal.throwIfAborted());
  await mapBounded(ids, REQUESTS_AT_ONCE, (id) => nomad.drain({ id, deadlineSeconds: BY_FORCE, signal: draining }));
  await untilEnded(nomad, { clock, signal, timeoutMs, line });
  return running.value;
}

/** The timeout begins when all have been told to end: before that, Nomad may have thousands of evaluations to look at. */
async function untilEnded(
  nomad: NomadApi,
  { clock, signal, timeoutMs, line }: Pick<StopJobsRequest, 'clock' | 'signal' | 'timeoutMs' | 'line'>,
): Promise<void> {
  const toldBy = clock.now() + TOLD_MS;
  let deadline = clock.now() + timeoutMs;
  let graceMs: number | undefined;
  for (let index = 0; ;) {
    const { value, index: seen } = await nomad.liveAllocations({ index, signal });
    // A client that is away hears nothing: what runs there ends with its node, or when it is back.
    const live = value.filter((one) => !isOutOfReach(one));
    if (live.length === 0) return;
    const untold = live.filter(({ DesiredStatus }) => DesiredStatus === 'run');
    if (untold.length > 0) deadline = Math.min(clock.now(), toldBy) + timeoutMs;
    if (clock.now() >= deadline) {
      if (graceMs !== undefined || untold.length > 0) return;
      graceMs = await longestGrace(nomad, live, signal).catch(() => 0);
      signal.throwIfAborted();
      deadline += graceMs;
    }
    const given = graceMs !== undefined && graceMs > timeoutMs ? `, which may take ${Math.ceil(graceMs / 1000)} s` : '';
    line(live.length === 1 ? `1 allocation still ends${given}` : `${live.length} allocations still end${given}`);
    index = Math.max(1, seen);
  }
}

/**
 * How long the jobs of these allocations let their tasks take to end, in milliseconds: services are deregistered for
 * `shutdown_delay` before the signal, and `kill_timeout` follows it. Asked of one allocation of each group, and of no more than
 * a few: where hundreds are late, it is the computer that is.
 */
async function longestGrace(nomad: NomadApi, live: readonly Allocation[], signal: AbortSignal): Promise<number> {
  const groups = new Map(live.map((one) => [JSON.stringify([one.Namespace, one.JobID, one.TaskGroup]), one]));
  const late = await mapBounded([...groups.values()].slice(0, NAMED), REQUESTS_AT_ONCE, ({ ID }) => nomad.allocation(ID, signal));
  const graces = late.flatMap(({ Job, TaskGroup }) =>
    Job.TaskGroups.filter(({ Name }) => Name === TaskGroup).flatMap(({ Tasks, ShutdownDelay: ofGroup }) =>
      Tasks.map(({ KillTimeout, ShutdownDelay }) => (ofGroup ?? 0) + (ShutdownDelay ?? 0) + (KillTimeout ?? 0)),
    ),
  );
  return Math.min(LONGEST_GRACE_MS, Math.max(0, ...graces) / NANOS_PER_MS);
}

/**
 * Stops jobs past whatever Nomad has to evaluate before their turn comes: before the drain, as a job has one evaluation at a
 * time, and a second one waits for the first whatever its priority (`enqueueLocked` in nomad/eval_broker.go). Those with several
 * groups are left to the drain: Nomad 1.11.0 ends one group only of a job that is stopped.
 */
async function hurry(nomad: NomadApi, running: readonly Allocation[], signal: AbortSignal): Promise<void> {
  const groups = new Map<string, Set<string>>();
  const keyOf = ({ JobID, Namespace }: Allocation): string => JSON.stringify([JobID, Namespace]);
  for (const one of running) groups.set(keyOf(one), new Set([...(groups.get(keyOf(one)) ?? []), one.TaskGroup]));
  const jobs = [...groups].flatMap(([key, { size }]) => (size === 1 ? [JSON.parse(key) as [string, string]] : []));
  await mapBounded(jobs, REQUESTS_AT_ONCE, ([id, namespace]) =>
    nomad.stop({ id, namespace, purge: false, priority: HIGHEST_PRIORITY, signal }),
  );
}

function amountOf(allocations: readonly Allocation[]): string {
  const jobs = [...new Set(allocations.map(({ JobID, Namespace }) => jobName({ ID: JobID, Namespace })))];
  if (jobs.length === 0) return 'none runs';
  return jobs.length <= NAMED ? jobs.sort().join(', ') : `${jobs.length} jobs, ${allocations.length} allocations`;
}
