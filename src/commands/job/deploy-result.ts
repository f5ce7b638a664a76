import type { JobSource } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import type { runJobPlan } from '../../plans/run-job-plan.js';
import { formatDuration } from '@nomadctl/base/duration';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import type { CommandResult } from '../command.js';
import { outcomeWords } from './outcome-words.js';

/** A deploy that came to a good end. */
export interface Deployed {
  readonly state: Awaited<ReturnType<typeof runJobPlan>>;
  readonly detach: boolean;
  readonly source: JobSource;
  readonly ms: number;
}

/** What is printed at the end of it, and what comes next. */
export function deployResult({ state, detach, source, ms }: Deployed, { ui: { style } }: Context): CommandResult {
  const { registered, health, checks = [] } = state;
  const id = registered?.jobId ?? '';
  const failover = source.kind === 'template' && source.manifest.verify?.failover !== undefined;
  const words = jobWords(id, state.spec?.Namespace);
  const waits = registered?.waitsFor !== undefined;
  // Nobody looked: what it waits for is known all the same.
  const seen: typeof health = detach && waits ? { outcome: 'registered', allocations: [], seconds: 0 } : health;
  const ending = outcomeWords({ id, words, registered, health: seen, done: `${id} is running.` });
  const said = detach && !waits ? `${id} is registered; nobody waited for it.` : ending.said.join('\n');
  const next = failover && !detach && health?.outcome === 'healthy' ? `nomadctl job verify ${words} --failover` : ending.next;
  return {
    data: {
      job: id,
      version: registered?.version,
      changed: registered?.unchanged === false,
      outcome: detach ? 'detached' : health?.outcome,
      evaluation: registered?.evaluationId || undefined,
      deployment: health?.deploymentId,
      allocations: health?.allocations ?? [],
      keptCounts: state.keptCounts ?? [],
      ...(health?.queued ? { queued: health.queued } : {}),
      checks,
      ms,
    },
    text: [`${said} ${style.dim(`(${formatDuration(ms)})`)}`, `Next:  ${style.accent(next)}`].join('\n'),
  };
}
