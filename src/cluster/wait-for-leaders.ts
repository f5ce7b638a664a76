import type { Clock } from '@nomadctl/base/clock';
import { waitFor, type Look } from '@nomadctl/base/wait-for';
import { consulProblem, nomadProblem } from './cluster-health.js';
import type { AgentProgram } from './node-roles.js';
import type { ReachedCluster } from './reach.js';
import type { Hint } from '@nomadctl/base/hint/hint';

export interface LeaderWait {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly next: Hint;
  /** Between two looks. */
  readonly pauseMs?: number;
  /** Told what is still lacking, whenever that changes. */
  readonly line: (text: string) => void;
  /** Called before each look: throws when there is no use in waiting on for a program. */
  readonly stillHopeful?: (program: AgentProgram) => void;
  /** What has a program elect sooner; its wait begins when that has been done. */
  readonly hasten?: (program: AgentProgram) => Promise<void>;
}

/** What Consul or Nomad lacks, in a few words; nothing when both are whole but for Nomad's clients. */
export async function leadersProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  const [consul, nomad] = await Promise.all([consulProblem(cluster, signal), nomadProblem(cluster, signal)]);
  return consul ?? nomad;
}

/** Waits for Consul and Nomad at the same time: neither needs the other to elect. @throws OutcomeError `wait-timeout` */
export async function waitForLeaders(cluster: ReachedCluster, wait: LeaderWait): Promise<void> {
  await Promise.all([
    waitUntilWhole(cluster, wait, { program: 'consul', what: 'Consul with a leader and every node', problemOf: consulProblem }),
    waitForNomad(cluster, wait),
  ]);
}

/** Waits for Nomad's servers alone. @throws OutcomeError `wait-timeout` */
export async function waitForNomad(cluster: ReachedCluster, wait: LeaderWait): Promise<void> {
  await waitUntilWhole(cluster, wait, { program: 'nomad', what: 'Nomad with a leader', problemOf: nomadProblem });
}

interface Whole {
  readonly program: AgentProgram;
  readonly what: string;
  readonly problemOf: typeof consulProblem;
}

async function waitUntilWhole(
  cluster: ReachedCluster,
  { line, stillHopeful, hasten, ...wait }: LeaderWait,
  { program, what, problemOf }: Whole,
): Promise<void> {
  await hasten?.(program);
  let lastLine: string | undefined;
  await waitFor({ ...wait, what, stillHopeful: () => stillHopeful?.(program) }, async (): Promise<Look<true>> => {
    const observed = await problemOf(cluster, wait.signal);
    if (observed === undefined) return { value: true };
    if (observed !== lastLine) line(observed);
    lastLine = observed;
    return { observed };
  });
}
