import type { Context } from '../../context.js';
import { inspectTool, type ResolvedTool } from '../locate-tool.js';
import type { Report } from '../../tools/tool-context.js';
import { describeRange, specOf, type ToolName, type WantedVersions } from '../tool-versions.js';
import type { Prerequisite } from './prerequisite.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** The programs that nomadctl can install itself. Terraform and Packer matter only to those who use UCloud. */
export async function ownToolPrerequisites(ctx: Context, wanted: WantedVersions): Promise<Prerequisite[]> {
  return Promise.all([
    ownTool(ctx, 'consul', { title: 'Consul', neededFor: 'every cluster', wanted: wanted.consul }),
    ownTool(ctx, 'nomad', { title: 'Nomad', neededFor: 'every cluster', wanted: wanted.nomad }),
    ownTool(ctx, 'terraform', {
      title: 'Terraform or OpenTofu',
      neededFor: 'clusters on UCloud',
      wanted: wanted.terraform,
      optional: true,
    }),
    ownTool(ctx, 'packer', { title: 'Packer', neededFor: 'images for UCloud', wanted: wanted.packer, optional: true }),
  ]);
}

interface Need {
  readonly title: string;
  readonly neededFor: string;
  readonly wanted: string | undefined;
  /** Not needed by every user, so `--fix` leaves it alone. */
  readonly optional?: boolean;
}

async function ownTool(ctx: Context, tool: ToolName, { title, neededFor, wanted, optional }: Need): Promise<Prerequisite> {
  const { tool: found, remarks, mend } = await inspectTool(ctx, tool, wanted);
  const none = remarks.length > 0 ? 'none that will do' : 'nothing';
  const run = async (context: Context, report: Report = () => undefined): Promise<void> => {
    const { ensureTool } = await import('../ensure-tool.js');
    await ensureTool(context, tool, { version: wanted, report });
  };
  return {
    id: tool,
    title,
    neededFor,
    found: found ? `${found.program === tool ? '' : `${found.program} `}${found.version}, ${found.path}${by(found)}` : none,
    remarks,
    wanted: describeRange(specOf(tool), wanted),
    ok: found !== undefined,
    ...(optional ? { optional } : {}),
    ...(found
      ? {}
      : {
          fix: {
            command: mend ?? nomadctl`tools install ${tool}`,
            ...(optional || mend ? {} : { run, ...(specOf(tool).module?.cgo ? { after: ['compiler'] } : {}) }),
          },
        }),
  };
}

/** Who named it, where somebody did. */
function by({ namedBy }: ResolvedTool): string {
  return namedBy === undefined ? '' : `, named by ${namedBy}`;
}
