import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { nomadNamespace } from '../../jobs/parse/in-namespace.js';
import type { Dispatched, Health, Registered } from '../../jobs/job-state.js';

/** How a command that follows a rollout has ended, whichever it is. */
export interface Ending {
  readonly id: string;
  /** The job in a command. */
  readonly words: readonly string[];
  readonly registered: Pick<Registered, 'waitsFor' | 'dispatch'> | undefined;
  readonly health: Health | undefined;
  /** What was done, once everything that was to run does. */
  readonly done: string;
  /** What was done, also when the rest is still to come. Nothing: the outcome says it all. */
  readonly begun?: string | undefined;
  /** That nothing is to run is what was asked for. */
  readonly idleIsDone?: boolean;
}

export interface Words {
  readonly said: readonly string[];
  readonly next: Hint;
}

/** The same words for the same outcome, after `deploy`, `scale`, `revert`, `promote` and `health`. */
export function outcomeWords({ id, words, registered, health, done, begun, idleIsDone }: Ending): Words {
  const spec = registered?.dispatch;
  const status = nomadctl`job status ${words}`;
  const first = begun === undefined ? [] : [begun];
  switch (health?.outcome) {
    case 'registered':
      return {
        said: [...first, `${id} is registered and waits for ${registered?.waitsFor ?? 'its time'}.`],
        next: spec ? nomadctl`exec nomad job dispatch ${dispatchWords(spec)} ${id} ${payloadWords(spec)}` : status,
      };
    case 'canary-waiting':
      return {
        said: [...first, `The canaries of ${id} are healthy and wait for you; what ran before goes on beside them.`],
        next: nomadctl`job promote ${words}`,
      };
    case 'health-waiting':
      return {
        said: [...first, `${runningOf(health)} of ${id}, and it is for you to say whether they are healthy${untilWhen(health)}.`],
        next: nomadctl`job health ${words}`,
      };
    case 'queued':
      return {
        said: [
          ...first,
          `${id} is registered, and what has no place yet waits for it:`,
          ...(health.queued ?? []).map((line) => `  ${line}`),
        ],
        next: status,
      };
    case 'nothing-to-run':
      return idleIsDone
        ? { said: [done], next: status }
        : { said: [...first, `${id} is registered with nothing to run: its counts are 0, or no node matches.`], next: status };
    case 'complete':
      return { said: [...first, `${id} ran to its end.`], next: nomadctl`job logs ${words}` };
    case 'healthy':
    case undefined:
      return { said: [done], next: status };
  }
}

function runningOf({ allocations }: Health): string {
  return allocations.length === 1 ? '1 allocation runs' : `${allocations.length} allocations run`;
}

function untilWhen({ until }: Health): string {
  return until ? `; Nomad gives up at ${until.replace(/\.\d+/, '')}` : '';
}

/** Options of `nomad job dispatch`, which come first: the namespace, and what has to be given. */
function dispatchWords({ Namespace, ParameterizedJob }: Dispatched): string[] {
  const meta = (ParameterizedJob?.MetaRequired ?? []).flatMap((key) => ['-meta', `${key}=<value>`]);
  return [...nomadNamespace(Namespace), ...meta];
}

function payloadWords({ ParameterizedJob }: Dispatched): string[] {
  return ParameterizedJob?.Payload === 'required' ? ['<payload-file>'] : [];
}
