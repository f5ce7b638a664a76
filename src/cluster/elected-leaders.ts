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
}

/** What Consul or Nomad lacks, in a few words; nothing when both are whole but for Nomad's clients. */
export async function leadersProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  const [consul, nomad] = await Promise.all([consulProblem(cluster, signal), nomadProblem(cluster, signal)]);
  return consul ?? nomad;
}

/** Waits for Consul and Nomad at the same time: neither needs the other to elect. @throws OutcomeError `wait-timeout` */
export async function waitForLeaders(cluster: ReachedCluster, { line, stillHopeful, ...wait }: LeaderWait): Promise<void> {
  const whole = async (program: AgentProgram): Promise<true> => {
    const [what, problemOf] =
      program === 'consul'
        ? (['Consul with a leader and every node', consulProblem] as const)
        : (['Nomad with a leader', nomadProblem] as const);
    let lastLine: string | undefined;
    return waitFor({ ...wait, what, stillHopeful: () => stillHopeful?.(program) }, async (): Promise<Look<true>> => {
      const observed = await problemOf(cluster, wait.signal);
      if (observed === undefined) return { value: true };
      if (observed !== lastLine) line(observed);
      lastLine = observed;
      return { observed };
    });
  };
  await Promise.all([whole('consul'), whole('nomad')]);
}
