import { sha256Of } from '@nomadctl/base/files/sha256-of';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';

/** Readable for whoever serves it; there is no secret in a mirror. */
export const PUBLIC = 0o644;

/** Below a mirror's folder, as the official server has it. */
export function archivePath(tool: string, version: string): string {
  return `${tool}/${version}/${tool}_${version}_linux_amd64.zip`;
}

export function sumsPath(tool: string, version: string): string {
  return `${tool}/${version}/${tool}_${version}_SHA256SUMS`;
}

/** Below a mirror's folder: what `pluginMirror` is set to, with a folder for each provider. */
export const PLUGINS = 'plugins';

export async function writeSums(root: string, tool: string, version: string): Promise<void> {
  const archive = archivePath(tool, version);
  const sum = await sha256Of(join(root, archive));
  await writeFileAtomic(join(root, sumsPath(tool, version)), `${sum}  ${archive.slice(archive.lastIndexOf('/') + 1)}\n`, PUBLIC);
}

/** Whether a release is there, and is what its sums say. */
export async function hasRelease(root: string, tool: string, version: string): Promise<boolean> {
  const archive = join(root, archivePath(tool, version));
  if (!existsSync(archive)) return false;
  const sums = await readFile(join(root, sumsPath(tool, version)), 'utf8').catch(() => '');
  return sums.startsWith(`${await sha256Of(archive)} `);
}
