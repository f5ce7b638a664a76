import type { JobSpec } from '../../clients/nomad-job-model.js';
import { lineOf } from './line-of.js';
import type { LintedJob } from './lint-rule.js';
import { lintRules } from './rules/index.js';

/** A finding, for people and programs. */
export interface LintResult {
  readonly rule: string;
  readonly what: string;
  readonly why: string;
  /** Of the text, from 1; absent where it does not show. */
  readonly line?: number;
}

/** What commonly hurts in a job, in the order of its lines. @param text as it was read: HCL, or what a template has become */
export function lintJob(spec: JobSpec, text: string): LintResult[] {
  const found = lintRules.flatMap(({ id, why, look }) =>
    look(spec as LintedJob).map(({ at, what }): LintResult => {
      const line = lineOf(text, at);
      return { rule: id, what, why, ...(line === undefined ? {} : { line }) };
    }),
  );
  return found.sort((one, other) => (one.line ?? Infinity) - (other.line ?? Infinity));
}
