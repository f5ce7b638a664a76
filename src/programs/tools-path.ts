import { delimiter } from 'node:path';
import type { ToolContext } from '../tools/tool-context.js';
import { versionFolder } from './tool-folder.js';
import { specOf, toolNames, type WantedVersions } from './tool-versions.js';

/** PATH with the programs that nomadctl installed behind what the user has, as everywhere: a folder that is not there does no harm. */
export function toolsPath(ctx: ToolContext, wanted: WantedVersions): string {
  const folders = toolNames.map((tool) => versionFolder(ctx, tool, wanted[tool] ?? specOf(tool).version));
  return [ctx.env['PATH'] ?? '', ...folders].filter((part) => part !== '').join(delimiter);
}
