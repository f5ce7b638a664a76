import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ToolContext } from '../tools/tool-context.js';

/** The file that a shell would run for this name: the first executable one on PATH. */
export async function findProgram(ctx: Pick<ToolContext, 'env'>, name: string): Promise<string | undefined> {
  for (const folder of (ctx.env['PATH'] ?? '').split(delimiter)) {
    // An empty entry means the working directory to a shell; a program that depends on where one stands is not wanted.
    if (folder === '') continue;
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
