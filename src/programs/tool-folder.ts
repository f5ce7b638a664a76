import { randomBytes } from 'node:crypto';
import { chmod, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { ToolContext } from '../tools/tool-context.js';
import type { ToolName } from './tool-versions.js';

/**
 * The folder of the programs that nomadctl installed:
 * `<tool>/<version>/<tool>` is whole or absent, and so is what lies beside it; `.staging/` and `.partial/` are work in progress and belong to whoever
 * holds the tool's lock in `.locks/`.
 */
export type Origin = 'release' | 'source' | 'jars' | 'wheel';

export const ORIGINS: readonly Origin[] = ['release', 'source', 'jars', 'wheel'];

export function versionFolder(ctx: ToolContext, tool: ToolName, version: string): string {
  return join(ctx.paths.tools, tool, version);
}

export function installedPath(ctx: ToolContext, tool: ToolName, version: string): string {
  return join(versionFolder(ctx, tool, version), tool);
}

export function lockFile(ctx: ToolContext, tool: ToolName): string {
  return join(ctx.paths.tools, '.locks', `${tool}.lock`);
}

/** Half a download, kept so that the next run goes on from there. */
export function partialFile(ctx: ToolContext, archive: string): string {
  return join(ctx.paths.tools, '.partial', `${archive}.part`);
}

/** Where an installed program came from; nothing where somebody else put it there. */
export async function originOf(ctx: ToolContext, tool: ToolName, version: string): Promise<Origin | undefined> {
  const word = await readFile(join(versionFolder(ctx, tool, version), 'origin'), 'utf8').catch(() => '');
  return ORIGINS.find((origin) => origin === word);
}

/** A fresh folder to make a program in. Call with the tool's lock held: what an earlier, dead run left there is removed. */
export async function openStaging(ctx: ToolContext, tool: ToolName): Promise<string> {
  const root = stagingRoot(ctx);
  const folder = join(root, `${tool}-${randomBytes(4).toString('hex')}`);
  try {
    for (const leftover of await leftoverStaging(ctx, tool)) await removeTree(leftover);
    await makeFolder(folder);
    return folder;
  } catch (cause) {
    throw toolsNotWritable(ctx.paths.tools, cause);
  }
}

export async function leftoverStaging(ctx: ToolContext, tool: ToolName): Promise<string[]> {
  const root = stagingRoot(ctx);
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => name.startsWith(`${tool}-`)).map((name) => join(root, name));
}

/** Puts a finished program in place in one move: nobody ever sees half of it. Returns its path. */
export async function commitStaging(
  ctx: ToolContext,
  tool: ToolName,
  made: { file: string; version: string; origin: Origin; beside?: string | undefined },
): Promise<string> {
  const target = versionFolder(ctx, tool, made.version);
  const bundle = `${made.file}.bundle`;
  try {
    await makeFolder(bundle);
    await rename(made.file, join(bundle, tool));
    if (made.beside !== undefined) await rename(made.beside, join(bundle, basename(made.beside)));
    await chmod(join(bundle, tool), 0o755);
    await writeFile(join(bundle, 'origin'), made.origin);
    await syncToDisk(join(bundle, tool));
    await makeFolder(join(ctx.paths.tools, tool));
    await rm(target, { recursive: true, force: true });
    await rename(bundle, target);
    return installedPath(ctx, tool, made.version);
  } catch (cause) {
    throw toolsNotWritable(ctx.paths.tools, cause);
  }
}

/** A build that lost its parent may still be writing into the folder. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Whether an error is the disk's and not that of what is written to it. */
export function isDiskProblem(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}

export function toolsNotWritable(path: string, cause: unknown): PrerequisiteError {
  const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new PrerequisiteError(`the tools folder ${path} could not be written`, {
    code: full ? 'disk-full' : 'not-writable',
    why: full ? 'no space is left on the disk; nothing was installed' : (cause as Error).message,
    next: full ? hint`free some space, then ${again()}` : hint`set NOMADCTL_TOOLS to a folder that you may write to`,
    cause,
  });
}

/** Without this a power cut could leave a named file with nothing in it. */
async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

function stagingRoot(ctx: ToolContext): string {
  return join(ctx.paths.tools, '.staging');
}
