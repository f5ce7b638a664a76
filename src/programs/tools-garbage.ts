import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { installingNow } from './install-lock.js';
import type { ToolContext } from '../tools/tool-context.js';
import { installedPath, leftoverStaging, removeTree, versionFolder } from './tool-folder.js';
import { specOf, toolNames, type ToolName } from './tool-versions.js';

/** Something in the tools folder that nobody needs any more. */
export interface Garbage {
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}

/**
 * Old versions, half downloads and what dead installers left. Kept: the pinned versions, those that a cluster runs or asks
 * for, and everything of a tool that is being installed right now.
 */
export async function findGarbage(ctx: ToolContext): Promise<Garbage[]> {
  const clusters = await clusterTexts(ctx);
  const found = await mapBounded(toolNames, FILES_AT_ONCE, (tool) => garbageOf(ctx, tool, clusters));
  return found.flat();
}

export async function removeGarbage(garbage: readonly Garbage[]): Promise<void> {
  for (const { path } of garbage) await removeTree(path);
}

async function garbageOf(ctx: ToolContext, tool: ToolName, clusters: readonly string[]): Promise<Garbage[]> {
  const pid = await installingNow(ctx, tool);
  const workInProgress = pid === undefined ? [...(await leftoverStaging(ctx, tool)), ...(await partials(ctx, tool))] : [];
  const versions = (await entries(join(ctx.paths.tools, tool))).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const old = versions.filter((version) => version !== specOf(tool).version && !isUsed(ctx, clusters, { tool, version }));
  const garbage = [
    ...workInProgress.map((path) => ({ path, why: `unfinished ${tool}` })),
    ...old.map((version) => ({ path: versionFolder(ctx, tool, version), why: `${tool} that no cluster uses` })),
  ];
  return mapBounded(garbage, FILES_AT_ONCE, async ({ path, why }) => ({ path, bytes: await sizeOf(path), why }));
}

/** Journals hold the paths of the programs that agents run, cluster files the versions that are asked for: plain text tells. */
async function clusterTexts(ctx: ToolContext): Promise<string[]> {
  const names = (await entries(ctx.paths.clusters)).map(({ name }) => ctx.paths.cluster(name));
  const files = names.flatMap(({ journal, file }) => [journal, file]);
  return mapBounded(files, FILES_AT_ONCE, (file) => readFile(file, 'utf8').catch(() => ''));
}

function isUsed(ctx: ToolContext, clusters: readonly string[], { tool, version }: { tool: ToolName; version: string }): boolean {
  const path = installedPath(ctx, tool, version);
  return clusters.some((text) => text.includes(path) || text.includes(`${tool}: ${version}`));
}

async function partials(ctx: ToolContext, tool: ToolName): Promise<string[]> {
  const folder = join(ctx.paths.tools, '.partial');
  const files = await entries(folder);
  return files.filter(({ name }) => name.startsWith(`${tool}_`)).map(({ name }) => join(folder, name));
}

async function entries(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** Bytes of a file, or of everything under a folder. */
async function sizeOf(path: string): Promise<number> {
  const children = await entries(path);
  const sizes = await mapBounded(children, FILES_AT_ONCE, ({ name }) => sizeOf(join(path, name)));
  const own = await stat(path).catch(() => undefined);
  return sizes.reduce((sum, size) => sum + size, own?.isFile() ? own.size : 0);
}
