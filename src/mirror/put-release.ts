import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApiError, PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { zipProgram } from '@nomadctl/base/zip-program';
import { ensureTool } from '../programs/ensure-tool.js';
import { withInstallLock } from '../programs/install-lock.js';
import { locateTool } from '../programs/locate-tool.js';
import { fetchRelease } from '../programs/release-install.js';
import { RELEASE_UNAVAILABLE } from '../programs/release-server.js';
import { releaseKey, type TrustedKey } from '../programs/release-signature.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { specOf } from '../programs/tool-versions.js';
import { archivePath, writeSums } from './mirror-layout.js';

export interface MirrorRelease {
  readonly tool: 'consul' | 'nomad';
  readonly version: string;
  /** The mirror's folder. */
  readonly root: string;
  readonly report: Report;
  /** For tests. */
  readonly trusted?: TrustedKey;
}

/** Where a release in the mirror came from. */
export type ReleaseSource = 'official release' | 'program of this computer' | 'built from source';

/**
 * Puts a release into a mirror. Sources in this order, as for `tools install`: the official server, the program on this
 * computer, a build from source. Returns which it was.
 * @throws PrerequisiteError `mirror-no-source` when there is none of them; ToolError for a release that is not what was
 * signed.
 */
export async function putRelease(ctx: ToolContext, request: MirrorRelease): Promise<ReleaseSource> {
  const { tool, version, root } = request;
  const target = join(root, archivePath(tool, version));
  await makeFolder(dirname(target));
  const official = await putOfficial(ctx, request, target).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === RELEASE_UNAVAILABLE) return error;
    throw error;
  });
  const source = official === undefined ? 'official release' : await putLocal(ctx, request, { target, official });
  await writeSums(root, tool, version);
  return source;
}

async function putOfficial(
  ctx: ToolContext,
  { tool, version, report, trusted = releaseKey }: MirrorRelease,
  target: string,
): Promise<undefined> {
  // Images are for x86-64 Linux, whatever this computer is.
  const asked: ToolContext = { ...ctx, platform: 'linux', arch: 'x64' };
  const work = async (): Promise<undefined> => {
    const archive = await fetchRelease(asked, { tool, version, report, trusted });
    await putFile(archive, target);
    await rm(archive, { force: true });
    return undefined;
  };
  return withInstallLock(ctx, tool, { report, work });
}

async function putLocal(
  ctx: ToolContext,
  request: MirrorRelease,
  { target, official }: { target: string; official: ApiError },
): Promise<ReleaseSource> {
  const { tool, version, report } = request;
  const { tool: found, rejected } = await locateTool(ctx, tool, version);
  if (found && (await isForHosts(found.path))) {
    await pack(found.path, { tool, target, report });
    return found.origin === 'source' ? 'built from source' : 'program of this computer';
  }
  const unfit = found ? `${found.path} is no program for x86-64 Linux` : (rejected[0]?.because ?? `there is no ${tool} ${version} here`);
  if (ctx.platform !== 'linux' || ctx.arch !== 'x64') {
    const why = [official.why[0] ?? official.message, unfit, 'it can only be built on x86-64 Linux, as the hosts are'];
    throw noSource(request, why, hint`${nomadctl`mirror build`}, on x86-64 Linux`);
  }
  report(`${unfit}: building it from source`);
  // Without `from` a failure names both ways; with it the unfit program is passed over.
  const { path } = await ensureTool(ctx, tool, { version, from: found ? 'source' : undefined, report }).catch((error: unknown) => {
    if (!(error instanceof PrerequisiteError)) throw error;
    const usual = specOf(tool).version;
    throw noSource(request, error.why, version === usual ? error.next : nomadctl`mirror build --${tool} ${usual}`);
  });
  await pack(path, { tool, target, report });
  return 'built from source';
}

function noSource({ tool, version }: MirrorRelease, why: readonly string[], next: Hint | undefined): PrerequisiteError {
  return new PrerequisiteError(`${tool} ${version} cannot be put into the mirror`, { code: 'mirror-no-source', why, next });
}

async function pack(program: string, { tool, target, report }: { tool: string; target: string; report: Report }): Promise<void> {
  report(`packing ${program}`);
  const temporary = `${target}.part`;
  const file = await open(temporary, 'w', 0o644);
  try {
    await file.writeFile(await zipProgram(program, tool));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, target);
}

async function putFile(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

/** ELF, 64 bit, little endian, x86-64: System V ABI, object files. */
export async function isForHosts(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return buffer.subarray(0, 6).equals(Buffer.from('7f454c460201', 'hex')) && buffer.readUInt16LE(18) === 62;
  } finally {
    await file.close();
  }
}
