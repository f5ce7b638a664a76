import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Context } from '../../context.js';
import { findCompiler } from '../go-module.js';
import { inspectTool } from '../locate-tool.js';
import { whyNoRelease } from '../release-install.js';
import { packageInstall, type PackageInstall } from '../system-packages.js';
import { specOf, type WantedVersions } from '../tool-versions.js';
import { packageUnpack } from '../unpack-packages.js';
import type { Fix, Prerequisite } from './prerequisite.js';

/** Most computers download Nomad and never need a compiler: it is required only where Nomad is missing and no release is to be had. */
export async function compilerPrerequisite(ctx: Context, wanted: WantedVersions): Promise<Prerequisite> {
  const found = await findCompiler(ctx);
  const finding = { id: 'compiler', title: 'C compiler', neededFor: 'building Nomad on Linux', found: found ?? 'nothing', wanted: 'any' };
  if (found !== undefined) return { ...finding, ok: true, optional: true };
  const install = await packageInstall(ctx, { apt: 'gcc libc6-dev', dnf: 'gcc', brew: 'gcc' }, process.getuid?.());
  const why = await whyBuilt(ctx, wanted);
  if (why === undefined) return { ...finding, ok: false, optional: true, ...(install ? { fix: { command: install.command } } : {}) };
  const fix = await fixOf(ctx, install);
  return { ...finding, ok: false, remarks: [`Nomad has to be built here, partly from C: ${why}`], ...(fix ? { fix } : {}) };
}

async function whyBuilt(ctx: Context, wanted: WantedVersions): Promise<string | undefined> {
  if (ctx.platform !== 'linux') return undefined;
  const { tool, mend } = await inspectTool(ctx, 'nomad', wanted.nomad);
  return tool === undefined && mend === undefined ? whyNoRelease(ctx, 'nomad', wanted.nomad ?? specOf('nomad').version) : undefined;
}

async function fixOf(ctx: Context, install: PackageInstall | undefined): Promise<Fix | undefined> {
  if (install?.run)
    return { command: install.command, asks: `Change the system: ${renderHint(install.command, ctx.given)}?`, run: runOf(install.run) };
  const unpack = await packageUnpack(ctx, {
    packages: ['gcc', 'libc6-dev', 'libc6', 'libgcc-s1'],
    programs: ['gcc'],
    mends: ['compiler'],
    flags: (root) => [`--sysroot=${root}`],
  });
  if (unpack) return { ...unpack, run: runOf(unpack.run) };
  return install && { command: install.command };
}

function runOf(run: (report: (text: string) => void) => Promise<void>): NonNullable<Fix['run']> {
  return (_, report = () => undefined) => run(report);
}
