import type * as z from 'zod';
import { didYouMean } from '@nomadctl/base/suggest';

/** What is wrong with a file that was read by a schema, a line each. `keys` are those that somebody may have meant. */
export function schemaProblems(error: z.ZodError, keys: readonly string[]): string[] {
  return error.issues.flatMap((issue) => problemsOf(issue, keys));
}

function problemsOf(issue: z.core.$ZodIssue, keys: readonly string[]): string[] {
  const at = pathOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [`${at || 'the file'}: ${issue.message}`];
  return issue.keys.map((key) => `${at ? `${at}.` : ''}${key}: unknown key${didYouMean(key, keys)}`);
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`)).join('');
}
