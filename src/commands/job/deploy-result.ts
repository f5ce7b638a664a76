import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { JobSource } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import type { runJobPlan } from '../../plans/run-job-plan.js';
import { formatDuration } from '@nomadctl/base/duration';
import { againHint } from '../../jobs/report/format-plan.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import type { CommandResult } from '../command.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A deploy that came to a good end. */
export interface Deployed {
  readonly state: Awaited<ReturnType<typeof runJobPlan>>;
  readonly detach: boolean;
  readonly source: JobSource;
  /** The command that was given, for another time. */
  readonly again: string;
  readonly ms: number;
}

/** What is printed at the end of it, and what comes next. */
export function deployResult({ state, detach, source, ms }: Deployed, { ui: { style } }: Context): CommandResult {
  const { registered, planned, health, checks = [] } = state;
  const id = registered?.jobId ?? '';
  const failover = source.kind === 'template' && source.manifest.verify?.failover !== undefined;
  const end: End = {
    id,
    type: registered?.type ?? '',
    words: jobWords(id, state.spec?.Namespace),
    version: registered?.version ?? 0,
    outcome: detach && !registered?.waitsFor ? 'detached' : (health?.outcome ?? 'registered'),
    waitsFor: registered?.waitsFor ?? 'its time',
    failover,
    spec: state.spec,
  };
  const { said, next } = (registered?.unchanged ? unchangedEnd(end, planned?.ended ?? false) : undefined) ?? endOf(end);
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
      checks,
      ms,
    },
    text: `${said} ${style.dim(`(${formatDuration(ms)})`)}`,
    next,
  };
}

interface End {
  readonly id: string;
  readonly type: string;
  /** The job in a command. */
  readonly words: readonly string[];
  readonly version: number;
  readonly outcome: string;
  readonly waitsFor: string;
  readonly failover: boolean;
  readonly spec: Deployed['state']['spec'];
}

/** Where nothing was registered; nothing for outcomes that say so already. */
function unchangedEnd(end: End, hadEnded: boolean): { said: string; next: Hint } | undefined {
  const { id, type, version, outcome, waitsFor } = end;
  const { next } = endOf(end);
  const unchanged = `Nothing has changed, and nothing was registered: ${id}`;
  if (hadEnded) return { said: `${unchanged} has run to its end before, as version ${version}.`, next: againHint(type) };
  if (outcome === 'healthy') return { said: `${unchanged} is running, as version ${version}.`, next };
  if (outcome === 'registered') return { said: `${unchanged} waits for ${waitsFor}.`, next };
  if (outcome === 'nothing-to-run') return { said: `${unchanged} has nothing to run: its counts are 0, or no node matches.`, next };
  return outcome === 'detached' ? { said: `${unchanged} is at version ${version}.`, next } : undefined;
}

function endOf({ id, words, outcome, waitsFor, failover, spec }: End): { said: string; next: Hint } {
  const status = nomadctl`job status ${words}`;
  switch (outcome) {
    case 'detached':
      return { said: `${id} is registered; nobody waited for it.`, next: status };
    case 'registered':
      return {
        said: `${id} is registered and waits for ${waitsFor}.`,
        next: waitsFor === 'a dispatch' ? nomadctl`exec nomad job dispatch ${dispatchWords(spec)} ${id} ${payloadWords(spec)}` : status,
      };
    case 'canary-waiting':
      return { said: `The canaries of ${id} are healthy and wait for you.`, next: nomadctl`job promote ${words}` };
    case 'nothing-to-run':
      return { said: `${id} is registered with nothing to run: its counts are 0, or no node matches.`, next: status };
    case 'complete':
      return { said: `${id} ran to its end.`, next: nomadctl`job logs ${words}` };
    default:
      return { said: `${id} is running.`, next: failover ? nomadctl`job verify ${words} --failover` : status };
  }
}

/** Options of `nomad job dispatch`, which come first: the namespace, and what has to be given. */
function dispatchWords(spec: End['spec']): string[] {
  const { Namespace, ParameterizedJob } = spec ?? {};
  const meta = (ParameterizedJob?.MetaRequired ?? []).flatMap((key) => ['-meta', `${key}=<value>`]);
  return [...(Namespace && Namespace !== DEFAULT_NAMESPACE ? [`-namespace=${Namespace}`] : []), ...meta];
}

function payloadWords(spec: End['spec']): string[] {
  return spec?.ParameterizedJob?.Payload === 'required' ? ['<payload-file>'] : [];
}
