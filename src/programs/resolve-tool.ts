import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { locateTool, type RejectedTool, type ResolvedTool } from './locate-tool.js';
import type { ToolContext } from '../tools/tool-context.js';
import { describeRange, specOf, type ToolName } from './tool-versions.js';

/**
 * The program to run for a tool: on PATH, else in our tools folder. Installs nothing (`ensureTool` does).
 * @param wanted an exact version; without it any supported one does.
 * @throws PrerequisiteError that names every program that was found and why it will not do.
 */
export async function resolveTool(ctx: ToolContext, name: ToolName, wanted?: string): Promise<ResolvedTool> {
  const { tool, rejected } = await locateTool(ctx, name, wanted);
  if (tool) return tool;
  throw toolMissing(name, wanted, rejected);
}

function toolMissing(name: ToolName, wanted: string | undefined, rejected: readonly RejectedTool[]): PrerequisiteError {
  const range = describeRange(specOf(name), wanted);
  const asked = wanted === undefined ? [] : ['--version', wanted];
  return new PrerequisiteError(rejected.length > 0 ? `no ${name} that will do was found (${range})` : `${name} was not found (${range})`, {
    code: rejected.length > 0 ? 'tool-unusable' : 'tool-missing',
    why: rejected.length > 0 ? rejected.map(({ because }) => because) : 'it is neither on PATH nor in the tools folder',
    next: nomadctl`tools install ${name} ${asked}`,
  });
}
