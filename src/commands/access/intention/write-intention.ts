import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../../context.js';
import { intentionPlan, runAccessPlan } from '../../../plans/access.js';
import type { WantedPair } from '../../../security/access/intentions.js';
import { wordOf, type ArgumentSpec, type CommandInput, type CommandResult } from '../../command.js';
import { withCluster } from '../open-access.js';

export const pairArguments: readonly ArgumentSpec[] = [
  { name: 'source', summary: 'who connects: the name of a service, or * for each', required: true },
  { name: 'destination', summary: 'whom it reaches', required: true },
];

/** What `allow`, `deny` and `delete` do. */
export async function writeIntention(action: WantedPair['action'], input: CommandInput, ctx: Context): Promise<CommandResult> {
  const pair = { source: serviceOf(input, 'source'), destination: serviceOf(input, 'destination'), action };
  const { source, destination } = pair;
  const data = { source, destination, action: action === 'nothing' ? null : action };
  if (input.flags['plan']) return { data: { ...data, would: 'write' }, text: `Would ${sentenceOf(pair)}. Nothing was changed.` };
  const written = await withCluster(ctx, (connection) =>
    runAccessPlan(ctx, {
      plan: intentionPlan(pair),
      connection,
    }),
  );
  const changed = written.length > 0;
  return { data: { ...data, changed }, text: `${doneOf(pair)}${changed ? '' : ', as before'}.`, next: nomadctl`access intention list` };
}

function sentenceOf({ source, destination, action }: WantedPair): string {
  if (action === 'allow') return `let ${source} reach ${destination}`;
  return action === 'deny' ? `keep ${source} from ${destination}` : `take back what is said of ${source} and ${destination}`;
}

function doneOf({ source, destination, action }: WantedPair): string {
  if (action === 'allow') return `${source} may reach ${destination}`;
  return action === 'deny' ? `${source} may not reach ${destination}` : `Nothing is said of ${source} and ${destination}`;
}

/** @throws UsageError `service-invalid` */
function serviceOf(input: CommandInput, argument: string): string {
  const name = wordOf(input, argument) ?? '';
  if (name === '*' || /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name)) return name;
  throw new UsageError(`"${name}" can be no name of a service`, {
    code: 'service-invalid',
    why: 'letters, digits and dashes make it up; * in quotes means each',
    next: nomadctl`access intention list`,
  });
}
