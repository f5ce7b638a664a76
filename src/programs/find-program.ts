import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Hint } from '@nomadctl/base/hint/hint';
import { isAboutName, namedMissing, type NamedProgram } from '../tools/named-program.js';
import type { ToolContext } from '../tools/tool-context.js';

/**
 * The file that a shell would run for this name: the first executable one on PATH. A program that is named (`--terraform-bin`,
 * `NOMADCTL_TERRAFORM_BIN`, `programs.terraform`) is nowhere else.
 * @throws PrerequisiteError `named-program-missing` when what it is named by is no program
 */
export async function findProgram(ctx: Pick<ToolContext, 'env' | 'programs'>, name: string): Promise<string | undefined> {
  const named = ctx.programs.of(name);
  if (named) return checkNamed(named);
  for (const folder of (ctx.env['PATH'] ?? '').split(delimiter)) {
    // An empty entry means the working directory to a shell; a program that depends on where one stands is not wanted.
    if (folder === '') continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return undefined;
}

/** Where a program is, for those who list what there is: a name that leads nowhere is told, and how to mend it. */
export async function inspectPath(
  ctx: Pick<ToolContext, 'env' | 'programs'>,
  name: string,
): Promise<{ readonly path?: string; readonly text: string; readonly mend?: Hint }> {
  try {
    const path = await findProgram(ctx, name);
    const where = ctx.programs.of(name)?.where;
    return path === undefined ? { text: 'nothing' } : { path, text: where === undefined ? path : `${path}, named by ${where}` };
  } catch (error) {
    if (!isAboutName(error)) throw error;
    return { text: `${error.message}: ${error.why.join('; ')}`, ...(error.next ? { mend: error.next } : {}) };
  }
}

function checkNamed(named: NamedProgram): string {
  const { file } = named;
  if (!isAbsolute(file)) throw namedMissing(named, 'it must be a whole path, from /: commands are given in many folders');
  if (isExecutable(file)) return file;
  const found = statSync(file, { throwIfNoEntry: false });
  throw namedMissing(named, found === undefined ? 'there is no such file' : found.isFile() ? 'it may not be executed' : 'it is no file');
}

export function isExecutable(path: string): boolean {
  try {
    // Most folders of PATH do not have it, and an error takes longer than to look.
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
