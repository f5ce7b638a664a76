import { isExecutable } from '../../programs/find-program.js';
import { resolveTool } from '../../programs/resolve-tool.js';
import type { ToolContext } from '../../tools/tool-context.js';

/**
 * The nomad program that reads job files: the one whose agents the cluster runs, where they run here; else any that nomadctl
 * works with.
 * @throws PrerequisiteError `tool-missing`
 */
export async function nomadProgram(ctx: ToolContext, program: string | undefined): Promise<string> {
  if (program !== undefined && isExecutable(program)) return program;
  return (await resolveTool(ctx, 'nomad')).path;
}
