import { readFile } from 'node:fs/promises';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';

/** A job of a set: a name of the catalogue or a job file, with values of its variables as `--var` has them. */
export interface SetMember {
  readonly job: string;
  readonly words: readonly string[];
}

/** Jobs in order: each stage begins when all of the one before are well; jobs of one stage run up side by side. */
export type JobSet = readonly (readonly SetMember[])[];

const FORM =
  'a set is a JSON list of jobs: "postgres", { "job": "tomcat", "variables": { "count": 2 } }, or a list of such for jobs side by side';

/** Reads the file of `job deploy --all`. @throws ConfigError `job-set` with every problem */
export async function readJobSet(file: string): Promise<JobSet> {
  const invalid = (why: string | readonly string[], cause?: unknown): ConfigError =>
    new ConfigError(`${file} is no set of jobs`, { code: 'job-set', why: [...[why].flat(), FORM], next: nomadctl`job list`, cause });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw invalid(reasonOf(cause), cause);
  }
  if (!Array.isArray(data) || data.length === 0) throw invalid('it is not a list with something in it');
  const problems: string[] = [];
  const stages = data.map((stage: unknown, index) => {
    const members: readonly unknown[] = Array.isArray(stage) ? stage : [stage];
    return members.flatMap((member) => {
      const read = memberOf(member);
      if (typeof read !== 'string') return [read];
      problems.push(`entry ${index + 1}: ${read}`);
      return [];
    });
  });
  const names = stages.flat().map(({ job }) => job);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  problems.push(...[...new Set(twice)].map((name) => `${name} is there twice`));
  if (problems.length > 0) throw invalid(problems);
  return stages;
}

/** Or what is wrong with it. */
function memberOf(data: unknown): SetMember | string {
  if (typeof data === 'string' && data.trim() !== '') return { job: data, words: [] };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return `${JSON.stringify(data)} is no job`;
  const { job, variables = {}, ...others } = data as Record<string, unknown>;
  const [stray] = Object.keys(others);
  if (stray !== undefined) return `${stray}: unknown key; a job has job and variables`;
  if (typeof job !== 'string' || job.trim() === '') return 'it names no job';
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return `variables of ${job} are no object`;
  const words = Object.entries(variables).map(([name, value]) => variableWord(name, value));
  const bad = Object.keys(variables).filter((_, index) => words[index] === undefined);
  if (bad.length > 0) return `variable ${bad.join(' and ')} of ${job} must be a text, a number, true or false, or a list of texts`;
  return { job, words: words.filter((word) => word !== undefined) };
}

/** As `--var` takes it; nothing for a value that is none. */
export function variableWord(name: string, value: unknown): string | undefined {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? `${name}=${value.join(',')}` : undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) ? `${name}=${String(value)}` : undefined;
}
