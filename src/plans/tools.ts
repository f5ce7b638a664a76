import type { Context } from '../context.js';
import type { Plan } from '../engine/step.js';
import { cleanToolsStep, type CleanState } from '../steps/tools/clean-tools.js';
import { installToolStep, type InstalledTools, type InstallOptions } from '../steps/tools/install-tool.js';
import { findGarbage, type Garbage } from '../programs/tools-garbage.js';
import type { ResolvedTool } from '../programs/locate-tool.js';
import { resolveTool } from '../programs/resolve-tool.js';
import { exactVersion, toolNamed, type WantedVersions } from '../programs/tool-versions.js';

/** @throws UsageError for an unknown tool; PrerequisiteError when it is not there. */
export async function findTool(ctx: Context, word: string, wanted: WantedVersions): Promise<ResolvedTool> {
  const tool = toolNamed(word);
  return resolveTool(ctx, tool, wanted[tool]);
}

/** What the user typed, checked: tools by name, a version by its form. */
export interface InstallRequest extends InstallOptions {
  readonly tools: readonly string[];
  /** Of the cluster; a `version` given as a flag is stronger. */
  readonly wanted: WantedVersions;
}

/** @throws UsageError for an unknown tool or what is no version. */
export function installPlan({ tools, wanted, version, from }: InstallRequest): Plan<object, InstalledTools> {
  const names = [...new Set(tools.map(toolNamed))];
  return {
    id: 'tools install',
    // Side by side: a build downloads and links on one processor, and compiles on the others what is left.
    steps: [
      names.map((name) => installToolStep(name, { version: version === undefined ? wanted[name] : exactVersion(name, version), from })),
    ],
  };
}

export const cleanPlan: Plan<object, CleanState> = { id: 'tools clean', steps: [cleanToolsStep] };

/** What `cleanPlan` would remove. */
export async function listGarbage(ctx: Context): Promise<Garbage[]> {
  return findGarbage(ctx);
}
