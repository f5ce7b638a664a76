import type { JobSource } from '../../../jobs/catalogue/find-job.js';
import type { Context } from '../../../context.js';
import type { HealthOutcome, Registered } from '../../../jobs/job-state.js';
import type { runJobPlan } from '../../../plans/run-job-plan.js';
import { formatDuration } from '@nomadctl/base/duration';
import { againHint } from '../../../jobs/report/format-plan.js';
import { jobWords } from '../../../jobs/parse/in-namespace.js';
import type { CommandResult } from '../../command.js';
import { outcomeWords } from '../outcome-words.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A deploy that came to a good end. */
export interface Deployed {
  readonly state: Awaited<ReturnType<typeof runJobPlan>>;
  readonly detach: boolean;
  readonly source: JobSource;
  readonly ms: number;
}

/** What is printed at the end of it, and what comes next. */
export function deployResult({ state, detach, source, ms }: Deployed, { ui: { style } }: Context): CommandResult {
  const { registered, planned, health, checks = [] } = state;
  const id = registered?.jobId ?? '';
  const failover = source.kind === 'template' && source.manifest.verify?.failover !== undefined;
  const words = jobWords(id, state.spec?.Namespace);
  const waits = registered?.waitsFor !== undefined;
  // Nobody looked: what it waits for is known all the same.
  const seen: typeof health = detach && waits ? { outcome: 'registered', allocations: [], seconds: 0 } : health;
  const ending = outcomeWords({ id, words, registered, health: seen, done: `${id} is running.` });
  const next = failover && !detach && health?.outcome === 'healthy' ? nomadctl`job verify ${words} --failover` : ending.next;
  const end = {
    said: detach && !waits ? `${id} is registered; nobody waited for it.` : ending.said.join('\n'),
    next,
  };
  const outcome = detach && !waits ? 'detached' : seen?.outcome;
  const unchanged = registered?.unchanged ? unchangedEnd({ registered, outcome, next, hadEnded: planned?.ended ?? false }) : undefined;
  const { said, next: then } = unchanged ?? end;
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
    text: `${said} ${style.dim(`(${formatDuration(ms)})`)}`,
    next: then,
  };
}

interface Unchanged {
  readonly registered: Registered;
  readonly outcome: HealthOutcome | 'detached' | undefined;
  readonly next: Hint;
  /** It is a batch job that has run to its end before. */
  readonly hadEnded: boolean;
}

/** Where nothing was registered; nothing for outcomes that say so already. */
function unchangedEnd({ registered, outcome, next, hadEnded }: Unchanged): { said: string; next: Hint } | undefined {
  const { jobId, type, version, waitsFor = 'its time' } = registered;
  const unchanged = `Nothing has changed, and nothing was registered: ${jobId}`;
  if (hadEnded) return { said: `${unchanged} has run to its end before, as version ${version}.`, next: againHint(type) };
  if (outcome === 'healthy') return { said: `${unchanged} is running, as version ${version}.`, next };
  if (outcome === 'registered') return { said: `${unchanged} waits for ${waitsFor}.`, next };
  if (outcome === 'nothing-to-run') return { said: `${unchanged} has nothing to run: its counts are 0, or no node matches.`, next };
  return outcome === 'detached' ? { said: `${unchanged} is at version ${version}.`, next } : undefined;
}
