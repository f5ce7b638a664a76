import { chooseTarget } from '../config/choose-target.js';
import { inspectClusterFile } from '../config/cluster-file.js';
import { chooseCluster } from '../config/current-cluster.js';
import type { Context } from '../context.js';
import { ownerOf, targets } from '../targets/index.js';
import { wordOf, type CommandInput, type FlagSpec } from './command.js';

/** For commands that take the settings of every target: without it their help would be three screens long. */
export const allSettingsFlag: FlagSpec = { flag: '--all', summary: 'with --help: the settings of every target' };

/**
 * Whose settings the help of such a command shows: those of the place where the cluster that is meant lives, or would be
 * made. A file that is damaged says nothing of it, and must not keep anybody from reading help.
 */
export async function settingsOwner(input: CommandInput, ctx: Context): Promise<string> {
  const file = await readFileOf(input, ctx);
  return ownerOf(chooseTarget(ctx, { targets, flags: input.flags, file }).target);
}

async function readFileOf(input: CommandInput, ctx: Context): ReturnType<typeof fileOrNothing> {
  try {
    const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
    return await fileOrNothing(name, ctx);
  } catch {
    return undefined;
  }
}

async function fileOrNothing(name: string, ctx: Context) {
  return (await inspectClusterFile({ path: ctx.paths.cluster(name).file, targets }))?.file;
}
