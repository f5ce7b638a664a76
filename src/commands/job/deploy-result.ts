import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { JobSource } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import type { runJobPlan } from '../../plans/run-job-plan.js';
import { formatDuration } from '@nomadctl/base/duration';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import type { CommandResult } from '../command.js';
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
  const { registered, health, checks = [] } = state;
  const id = registered?.jobId ?? '';
  const failover = source.kind === 'template' && source.manifest.verify?.failover !== undefined;
  const { said, next } = endOf({
    id,
    words: jobWords(id, state.spec?.Namespace),
    outcome: detach && !registered?.waitsFor ? 'detached' : (health?.outcome ?? 'registered'),
    waitsFor: registered?.waitsFor,
    failover,
    spec: state.spec,
  });
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
  /** The job in a command. */
  readonly words: readonly string[];
  readonly outcome: string;
  readonly waitsFor: string | undefined;
  readonly failover: boolean;
  readonly spec: Deployed['state']['spec'];
}

function endOf({ id, words, outcome, waitsFor, failover, spec }: End): { said: string; next: Hint } {
  const status = nomadctl`job status ${words}`;
  switch (outcome) {
    case 'detached':
      return { said: `${id} is registered; nobody waited for it.`, next: status };
    case 'registered':
      return {
        said: `${id} is registered and waits for ${waitsFor ?? 'its time'}.`,
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
