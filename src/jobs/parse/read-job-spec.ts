import type { ClusterConnection } from '../../cluster/connection.js';
import type { ToolContext } from '../../tools/tool-context.js';
import type { VariableInput } from '../catalogue/resolve-variables.js';
import type { JobState } from '../job-state.js';
import { nomadProgram } from './nomad-program.js';
import { parseJobText } from './parse-job-text.js';
import { calledFile } from '../catalogue/find-job.js';
import { settleNamespace } from './settle-namespace.js';

export interface SpecRequest {
  readonly connection: Pick<ClusterConnection, 'nomad' | 'nomadProgram'>;
  /** As the user calls it. */
  readonly name: string;
  readonly text: string;
  readonly folder?: string | undefined;
  readonly variables: VariableInput;
  readonly chosen?: Pick<JobState['rendered'], 'drivers' | 'programs' | 'installs' | 'needs'>;
}

/** A job file, or what a template has become, as the job that will be registered. @throws as `parseJobText`; PrerequisiteError `tool-missing` */
export async function readJobSpec(
  ctx: ToolContext,
  { connection, name, text, folder, variables, chosen = { drivers: [], programs: [] } }: SpecRequest,
): Promise<Pick<JobState, 'rendered' | 'spec' | 'notes'>> {
  const program = await nomadProgram(ctx, connection.nomadProgram);
  const { undeclared, spec: parsed, ...kept } = await parseJobText(ctx, { name, text, folder, variables, program });
  const { spec, notes } = settleNamespace(parsed, { current: connection.nomad.namespace, name });
  const unused =
    undeclared.length > 0 ? [`${calledFile(name)} does not declare ${undeclared.join(', ')}, which a variable file sets: not used`] : [];
  return { rendered: { text, ...kept, ...chosen }, spec, notes: [...unused, ...notes] };
}
