import type { Ask } from '../ui/ui.js';
import { fromText, toText } from './from-text.js';
import type { AnyOption, OptionTable, OptionValue } from './option.js';
import type { Resolution } from './resolve.js';
import { valueProblem } from './value-problem.js';

/**
 * Asks every option of a table that has a question, with its value so far as the default. What a flag or the environment
 * says is not asked again. Returns the answers by key.
 */
export async function askOptions<Table extends OptionTable>(
  table: Table,
  ask: Ask,
  known: Resolution<Table>,
): Promise<Record<string, OptionValue>> {
  const answers: Record<string, OptionValue> = {};
  for (const [key, option] of Object.entries(table)) {
    const source = known.sources[key]?.kind;
    if (option.question === undefined || source === 'flag' || source === 'environment') continue;
    answers[key] = await askOption(option, option.question, { ask, value: known.settings[key] as OptionValue | undefined });
  }
  return answers;
}

async function askOption(
  option: AnyOption,
  message: string,
  { ask, value }: { ask: Ask; value: OptionValue | undefined },
): Promise<OptionValue> {
  if (option.kind === 'flag') return ask.confirm({ message, ...(typeof value === 'boolean' ? { default: value } : {}) });
  if (option.kind === 'choice') {
    const choices = (option.choices ?? []).map((word) => ({ value: word }));
    return ask.choice({ message, choices, ...(typeof value === 'string' ? { default: value } : {}) });
  }
  const check = (text: string): string | undefined => valueProblem(option, fromText(option, text));
  const text = await ask.text({ message, check, ...(value === undefined ? {} : { default: toText(value) }) });
  return fromText(option, text) as OptionValue;
}
