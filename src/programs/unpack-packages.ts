import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { passedOnEnv } from '../tools/passed-on-env.js';
import { findProgram } from './find-program.js';
import type { PackageInstall } from './system-packages.js';
import { removeTree, toolsNotWritable } from './tool-folder.js';
import type { Report, ToolContext } from '../tools/tool-context.js';

/** Packages of Debian and what is run of them. */
export interface UnpackRequest {
  /** Taken whether the system has them or not; the first names the folder. */
  readonly packages: readonly [string, ...string[]];
  readonly programs: readonly string[];
  /** Findings of `doctor` that it mends. */
  readonly mends: readonly string[];
  /** Given to each program before its own arguments. */
  readonly flags?: (root: string) => readonly string[];
}

/** How it is done, for people to read before it is. */
export type PackageUnpack = Required<PackageInstall> & { readonly how: string };

/**
 * How an ordinary user gets a system's program without rights: apt downloads the signed packages with lists of our own, and
 * dpkg unpacks them into the tools folder. What the system has already is used from there. Nothing where there is no apt.
 */
export async function packageUnpack(ctx: ToolContext, request: UnpackRequest): Promise<PackageUnpack | undefined> {
  const [apt, dpkg] = await Promise.all(['apt-get', 'dpkg-deb'].map((name) => findProgram(ctx, name)));
  if (apt === undefined || dpkg === undefined) return undefined;
  return {
    command: nomadctl`doctor --fix --only ${request.mends.join(',')}`,
    how: `unpacks this system's ${request.packages[0]} into ${ctx.paths.tools}: nobody may install it here without a password`,
    run: (report) => unpack(ctx, request, { apt, dpkg, report }),
  };
}

interface With {
  readonly apt: string;
  readonly dpkg: string;
  readonly report: Report;
}

async function unpack(ctx: ToolContext, request: UnpackRequest, { apt, dpkg, report }: With): Promise<void> {
  const target = join(ctx.paths.tools, 'packages', request.packages[0]);
  const staging = `${target}.${randomBytes(4).toString('hex')}`;
  try {
    const root = join(staging, 'root');
    await onDisk(ctx, () => makeFolder(root));
    for (const file of await download(ctx, request, { apt, staging, report })) {
      report(`unpacking ${request.packages[0]}`);
      await ctx.exec.run(dpkg, ['-x', file, root], { signal: ctx.signal });
    }
    await onDisk(ctx, async () => {
      await removeTree(target);
      await rename(root, target);
      for (const program of request.programs) await writeStarter(ctx, { program, root: target, flags: request.flags?.(target) ?? [] });
    });
  } finally {
    await removeTree(staging);
  }
  for (const program of request.programs) await tryOut(ctx, program);
}

/** The packages, and those that they need and the system lacks. Returns the files. */
async function download(
  ctx: ToolContext,
  request: UnpackRequest,
  { apt, staging, report }: Pick<With, 'apt' | 'report'> & { staging: string },
): Promise<string[]> {
  const lists = join(staging, 'lists');
  const cache = join(staging, 'cache');
  const archives = join(cache, 'archives');
  for (const folder of [lists, archives]) await onDisk(ctx, () => mkdir(join(folder, 'partial'), { recursive: true, mode: 0o755 }));
  // apt's locks are the system's and root's; ours is a folder that nobody else knows. See apt.conf(5), "Directories" and "Debug".
  const own = ['Debug::NoLocking=1', `Dir::State::Lists=${lists}`, `Dir::Cache=${cache}`, 'Acquire::Languages=none'];
  const options = own.flatMap((option) => ['-o', option]);
  const env = { ...passedOnEnv(ctx.env), DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...argv: string[]) => ctx.exec.run(apt, [...options, ...argv], { env, signal: ctx.signal, onLine: report });
  await run('update');
  await run('install', '-y', '--download-only', '--reinstall', '--no-install-recommends', ...request.packages);
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

/** A program outside /usr finds its libraries, and programs of its own, only when it is told where they are. */
async function writeStarter(
  ctx: ToolContext,
  { program, root, flags }: { program: string; root: string; flags: readonly string[] },
): Promise<void> {
  const libraries = await libraryFolders(root);
  // An empty part would be the working directory: https://man7.org/linux/man-pages/man8/ld.so.8.html
  const bin = join(root, 'usr', 'bin');
  const path = `LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`;
  const starter = join(ctx.paths.unpacked, program);
  await makeFolder(ctx.paths.unpacked);
  const call = [join(bin, program), ...flags].map((word) => `"${word}"`).join(' ');
  await writeFile(
    `${starter}.new`,
    `#!/bin/sh
PATH="${bin}:$PATH" ${path} exec ${call} "$@"
`,
  );
  await chmod(`${starter}.new`, 0o755);
  await rename(`${starter}.new`, starter);
}

/** https://wiki.debian.org/Multiarch: libraries are in a folder that is named for the processor. */
async function libraryFolders(root: string): Promise<string[]> {
  const parents = [join(root, 'usr', 'lib'), join(root, 'lib')];
  const found = await Promise.all(
    parents.map(async (parent) => {
      const names = await readdir(parent).catch(() => []);
      return names.filter((name) => /-linux-gnu/.test(name)).map((name) => join(parent, name));
    }),
  );
  return found.flat();
}

async function tryOut(ctx: ToolContext, program: string): Promise<void> {
  const path = join(ctx.paths.unpacked, program);
  await ctx.exec.run(path, ['--version'], { signal: ctx.signal }).catch((cause: unknown) => {
    ctx.signal.throwIfAborted();
    throw new ToolError(`${path} was unpacked and does not run`, {
      code: 'unpacked-unusable',
      why: cause instanceof ToolError ? (cause.why[0] ?? cause.message) : String(cause),
      next: hint`install ${program} so that it is on PATH`,
      cause,
    });
  });
}

async function onDisk<Result>(ctx: ToolContext, work: () => Promise<Result>): Promise<Result> {
  return work().catch((cause: unknown) => {
    throw toolsNotWritable(ctx.paths.tools, cause);
  });
}
