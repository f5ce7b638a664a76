import type { JobVariable, VariableValue } from './job-manifest.js';

/** What is wrong with a value for a variable, or nothing. */
export function valueProblem(variable: JobVariable, value: unknown): string | undefined {
  const quoted = JSON.stringify(value);
  if (!isOfType(variable.type, value)) return `must be a ${variable.type === 'driver' ? 'string' : variable.type} (got ${quoted})`;
  const words = Array.isArray(value) ? (value as string[]) : [String(value)];
  const stray = variable.choices && words.find((word) => !variable.choices?.includes(word));
  if (stray !== undefined) return `must be one of ${variable.choices?.join(', ')} (got ${JSON.stringify(stray)})`;
  if (variable.pattern !== undefined && words.some((word) => !new RegExp(`^(?:${variable.pattern})$`).test(word))) {
    return `must match ${variable.pattern} (got ${quoted})`;
  }
  if (typeof value === 'number' && variable.min !== undefined && value < variable.min)
    return `must be at least ${variable.min} (got ${quoted})`;
  if (typeof value === 'number' && variable.max !== undefined && value > variable.max)
    return `must be at most ${variable.max} (got ${quoted})`;
  return undefined;
}

function isOfType(type: JobVariable['type'], value: unknown): value is VariableValue {
  if (type === 'list') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (type === 'driver') return typeof value === 'string';
  return typeof value === type && (type !== 'number' || Number.isFinite(value));
}

/** A word from the command line as the variable's type reads it; a word that does not fit stays as it is, for `valueProblem` to name. */
export function valueOfWord(variable: JobVariable, word: string): unknown {
  if (variable.type === 'number') return word.trim() !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
  if (variable.type === 'boolean') return word === 'true' ? true : word === 'false' ? false : word;
  if (variable.type === 'list') return word === '' ? [] : word.split(',').map((item) => item.trim());
  return word;
}
