import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';
import { namedProgram } from '../tools/named-program.js';
import type { ToolContext } from '../tools/tool-context.js';

/**
 * The file that a shell would run for this name: the first executable one on PATH. A program that its variable names
 * (`NOMADCTL_TERRAFORM_BIN`) is nowhere else.
 * @throws PrerequisiteError `named-program-missing` when the variable names no program
 */
export async function findProgram(ctx: Pick<ToolContext, 'env'>, name: string): Promise<string | undefined> {
  const named = namedProgram(ctx.env, name);
  if (named) return checkNamed(named, name);
  for (const folder of (ctx.env['PATH'] ?? '').split(delimiter)) {
    // An empty entry means the working directory to a shell; a program that depends on where one stands is not wanted.
    if (folder === '') continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return undefined;
}

function checkNamed({ file, variable }: { file: string; variable: string }, name: string): string {
  const path = resolve(file);
  if (isExecutable(path)) return path;
  throw new PrerequisiteError(`${variable} names no program: "${file}"`, {
    code: 'named-program-missing',
    why: `${path} is no file that may be run`,
    next: hint`set ${variable} to the path of ${name}, or: ${shell`unset ${variable}`}`,
  });
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
