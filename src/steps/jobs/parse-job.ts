import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { ApiError, ConfigError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { defineStep, type Rendered } from '../../jobs/job-state.js';
import { settleNamespace } from '../../jobs/rollout/settle-namespace.js';
import { countsToKeep, withCounts } from '../../jobs/rollout/keep-counts.js';

export const parseJob = defineStep({
  id: 'parse-job',
  title: 'Checking the job file',
  requires: ['rendered'],
  provides: ['spec', 'keptCounts'],
  async run(at) {
    const { nomad } = at.connection;
    const api = createNomadApi(nomad);
    const name = at.job.source?.name ?? '';
    const file = { rendered: at.state.rendered, signal: at.signal };
    const whole = await parse(api, name, file);
    // Parsing fills in "default" where a file says nothing, which matters only to those who work elsewhere.
    const written = nomad.namespace ? await parse(api, name, { ...file, asWritten: true }) : whole;
    const parsed = settleNamespace(whole, { written: written.Namespace, current: nomad.namespace, word: name });
    const [{ errors }, current, scale] = await Promise.all([
      api.validate(parsed, at.signal),
      api.job(parsed.ID, at.signal),
      api.scaleStatus(parsed.ID, at.signal),
    ]);
    if (errors.length > 0) throw invalid(name, errors.flatMap(problemLines));
    const keptCounts = at.job.options.resetCounts ? [] : countsToKeep(parsed, current, scale);
    return { state: { spec: withCounts(parsed, keptCounts), keptCounts } };
  },
});

/** Nomad's own parser reads the file, so that whatever the cluster understands can be deployed. */
async function parse(
  api: NomadApi,
  name: string,
  { rendered, asWritten = false, signal }: { rendered: Rendered; asWritten?: boolean; signal: AbortSignal },
): Promise<JobSpec> {
  if (rendered.format === 'json') return specFromJson(name, rendered.text);
  try {
    return await api.parse({ hcl: rendered.text, variables: rendered.variables, asWritten, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || error.details?.['status'] !== 400) throw error;
    throw invalid(name, parserLines(error.why));
  }
}

function specFromJson(name: string, text: string): JobSpec {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`job file ${name} is not JSON`, { code: 'job-invalid', why: reasonOf(cause), cause });
  }
  // `nomad job run -output` and `job inspect` wrap the job; the API's own form does not.
  const spec = ((data as { Job?: unknown } | null)?.Job ?? data) as Partial<JobSpec> | null;
  const missing = [...(spec?.ID ? [] : ['ID']), ...(Array.isArray(spec?.TaskGroups) ? [] : ['TaskGroups'])];
  if (missing.length > 0) throw invalid(name, [`not a Nomad job: ${missing.join(' and ')} missing`]);
  // The parse endpoint fills in what a file leaves out; for JSON that is left to us, as far as we look at it.
  const groups = (spec?.TaskGroups ?? []).map((group) => ({ ...group, Count: group.Count ?? 1, Tasks: group.Tasks ?? [] }));
  return { ...spec, Type: spec?.Type ?? 'service', TaskGroups: groups } as JobSpec;
}

function invalid(name: string, why: readonly string[]): ConfigError {
  const sandboxed = why.some((line) => /filesystem function/i.test(line));
  return new ConfigError(`job file ${name} is wrong`, {
    code: 'job-invalid',
    why: sandboxed ? [...why, 'the cluster reads job files and cannot see files of this computer'] : why,
    next: sandboxed ? `nomad job run -output ${name} > job.json` : undefined,
  });
}

/** Nomad names the document it was sent `input.hcl`; without that prefix, line and column stay. */
function parserLines(said: readonly string[]): string[] {
  return said
    .flatMap((line) => line.replace(/^Failed to parse job:\s*/, '').split(/(?=input\.hcl:\d)/))
    .map((line) => line.replace(/^input\.hcl:(\d+),(\d+)(-\d+(,\d+)?)?:\s*/, 'line $1, column $2: ').trim())
    .filter(Boolean);
}

/** Nomad nests its findings with bullets and "1 error occurred:" lines; what is left are the findings. */
function problemLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^[\s*]+/, '').trim())
    .filter((line) => line !== '' && !/^\d+ errors? occurred:$/.test(line) && !/validation failed: \d+ errors? occurred:$/.test(line));
}
