import { stepsFor, type Step } from '../../engine/step.js';
import { locateInstalled, locateTool, type ResolvedTool, type ToolSource } from '../../programs/locate-tool.js';
import type { Origin } from '../../programs/tool-folder.js';
import { specOf, type ToolName } from '../../programs/tool-versions.js';

export interface InstalledTool {
  readonly version: string;
  readonly path: string;
  readonly source: ToolSource;
  readonly origin?: Origin;
}

/** Handed on by `tools install`: one key per tool. */
export type InstalledTools = { readonly [Tool in ToolName]: InstalledTool };

export interface InstallOptions {
  /** An exact version. */
  readonly version?: string | undefined;
  /** Our own copy from just there, whatever is on PATH. */
  readonly from?: Origin | undefined;
}

const { defineStep } = stepsFor<object, InstalledTools>();

/** Makes one tool available. */
export function installToolStep(name: ToolName, { version, from }: InstallOptions): Step<object, InstalledTools> {
  return defineStep({
    id: `install-${name}`,
    title: `Installing ${name}`,
    provides: [name],
    async isDone(at) {
      const found =
        from === undefined ? await locateTool(at, name, version) : await locateInstalled(at, name, version ?? specOf(name).version);
      if (found.tool && (from === undefined || found.tool.origin === from))
        return { done: true, ...resultOf(found.tool, ', there already') };
      return {
        done: false,
        because: [`no ${name} ${version ?? ''}`.trimEnd(), ...found.rejected.map(({ because }) => because)].join('; '),
      };
    },
    async run(at, io) {
      const { ensureTool } = await import('../../programs/ensure-tool.js');
      const tool = await ensureTool(at, name, { version, from, report: io.line });
      const { state, detail } = resultOf(tool);
      return { state, detail: tool.insteadOf ? `${detail} (${tool.insteadOf})` : detail };
    },
  });
}

const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  release: 'official release',
  source: 'built from source',
  jars: 'jars of Maven',
  wheel: 'wheel of pip',
};

function resultOf(tool: ResolvedTool, since = ''): { state: Partial<InstalledTools>; detail: string } {
  const { name, version, path, source, origin } = tool;
  const where =
    source === 'path' ? `on PATH: ${path}` : source === 'named' ? `named by its variable: ${path}` : ORIGIN_WORDS[origin ?? 'release'];
  return {
    state: { [name]: { version, path, source, ...(origin ? { origin } : {}) } },
    detail: source !== 'installed' ? `${version}, ${where}` : `${version}${since}, ${where}`,
  };
}
