import { ConfigError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { checkSchema } from './check-kinds.js';
import { jobManifestSchema, type JobManifest, type JobVariable } from './job-manifest.js';
import { schemaProblems } from './schema-problems.js';
import { valueProblem } from './variable-value.js';

const KEYS = [
  ...['title', 'summary', 'variables', 'programs', 'intentions', 'needs', 'elsewhere', 'verify'],
  ...['name', 'type', 'description', 'default', 'choices', 'pattern', 'min', 'max'],
  ...['source', 'destination', 'job', 'for', 'checks', 'failover', 'repeat', 'unchanged'],
  ...checkSchema.options.flatMap(({ shape }) => Object.keys(shape)),
];

/** Reads a template's `job.json`. @throws ConfigError `template-invalid` with every problem */
export function readManifest(text: string, file: string): JobManifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file} is not JSON`, { code: 'template-invalid', why: reasonOf(cause), cause });
  }
  const result = jobManifestSchema.safeParse(data);
  const problems = result.success ? contradictions(result.data) : schemaProblems(result.error, KEYS);
  if (!result.success || problems.length > 0) {
    throw new ConfigError(`${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`, {
      code: 'template-invalid',
      why: problems,
    });
  }
  return result.data;
}

/** What the schema cannot say: references between parts, and defaults that break their own rules. */
function contradictions(manifest: JobManifest): string[] {
  const titles = (manifest.verify?.checks ?? []).map((check) => check.title);
  const repeated = manifest.verify?.failover?.repeat;
  const names = manifest.variables.map((variable) => variable.name);
  return [
    ...manifest.variables.flatMap(variableProblems),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `variables: ${name} is declared twice`),
    ...Object.keys(manifest.programs)
      .filter((name) => !manifest.variables.some((variable) => variable.name === name && variable.type === 'driver'))
      .map((name) => `programs.${name}: no variable of type driver has that name${didYouMean(name, names)}`),
    ...titles.filter((title, index) => titles.indexOf(title) !== index).map((title) => `verify.checks: two checks are titled "${title}"`),
    ...(repeated !== undefined && !titles.includes(repeated)
      ? [`verify.failover.repeat: no check is titled "${repeated}"${didYouMean(repeated, titles)}`]
      : []),
    ...(repeated !== undefined && manifest.verify?.checks.some((check) => check.title === repeated && check.kind !== 'exec')
      ? [`verify.failover.repeat: "${repeated}" must be an exec check`]
      : []),
  ];
}

function variableProblems(variable: JobVariable): string[] {
  const at = `variables.${variable.name}`;
  if (variable.type === 'driver' && !variable.choices) return [`${at}: a driver needs choices, the preferred one first`];
  const pattern = patternProblem(variable);
  if (pattern) return [`${at}.pattern: ${pattern}`];
  const problem = variable.default === undefined ? undefined : valueProblem(variable, variable.default);
  return problem ? [`${at}.default: ${problem}`] : [];
}

function patternProblem({ pattern }: JobVariable): string | undefined {
  try {
    if (pattern !== undefined) new RegExp(pattern);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
