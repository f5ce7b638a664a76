import { delimiter } from 'node:path';
import type { Context } from '../../context.js';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import { versionFolder } from '../../programs/tool-folder.js';
import { specOf, toolNames, versionsIn, type WantedVersions } from '../../programs/tool-versions.js';
import { consulVariables, nomadVariables } from '../../cluster/connection.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { NodeProgram } from '../target.js';
import { ucloudConnection } from './connection.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** A program on this computer, with the cluster's addresses, and what nomadctl installed at hand. */
export async function ucloudProgramHere(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { argv: [file = '', ...argv], ctx }: { argv: readonly string[]; ctx: Context },
): Promise<NodeProgram> {
  const connection = await ucloudConnection(cluster, state, ctx);
  const addresses = connection ? { ...consulVariables(connection.consul), ...nomadVariables(connection.nomad) } : {};
  const PATH = toolsPath(ctx, versionsIn(cluster.settings));
  return { file, argv, cwd: cluster.paths.dir, env: { ...passedOnEnv(ctx.env), PATH, ...addresses, NOMADCTL_CLUSTER: cluster.name } };
}

/** The user's PATH, and behind it the folders of installed tools. Not all of them need exist. */
function toolsPath(ctx: Context, wanted: WantedVersions): string {
  const folders = toolNames.map((tool) => versionFolder(ctx, tool, wanted[tool] ?? specOf(tool).version));
  return [ctx.env['PATH'] ?? '', ...folders].filter((part) => part !== '').join(delimiter);
}
