import type { Context } from '../context.js';
import { inspectTool, type ResolvedTool } from '../programs/locate-tool.js';
import { describeRange, licenceOf, specOf, toolNames, type ToolName, type WantedVersions } from '../programs/tool-versions.js';

export { versionsIn } from '../programs/tool-versions.js';

/** One line of `tools list`. */
export interface ToolRow {
  readonly tool: ToolName;
  /** The range that will do, or the one version that is asked for. */
  readonly wanted: string;
  /** What `tools install` would install. */
  readonly installs: string;
  /** Of what was found, else of what would be installed; SPDX's name. */
  readonly licence: string;
  readonly found?: ResolvedTool;
  /** Sentences about programs that were found and are not used, and about untested versions. */
  readonly remarks: readonly string[];
}

export async function listTools(ctx: Context, wanted: WantedVersions): Promise<ToolRow[]> {
  return Promise.all(
    toolNames.map(async (tool) => {
      const { tool: found, remarks } = await inspectTool(ctx, tool, wanted[tool]);
      const installs = wanted[tool] ?? specOf(tool).version;
      const licence = licenceOf(tool, found ?? { program: tool, version: installs });
      return { tool, wanted: describeRange(specOf(tool), wanted[tool]), installs, licence, ...(found ? { found } : {}), remarks };
    }),
  );
}
