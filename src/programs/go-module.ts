import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import coerce from 'semver/functions/coerce.js';
import gte from 'semver/functions/gte.js';
import lt from 'semver/functions/lt.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { passedOnEnv } from '../tools/passed-on-env.js';
import { quietGo } from './quiet-go.js';
import { findProgram, isExecutable } from './find-program.js';
import { versionOfProgram } from './program-version.js';
import type { ToolContext } from '../tools/tool-context.js';
import { specOf, type ToolName } from './tool-versions.js';

/** The pinned Go module that a tool can be built from, and the Go that builds it. */
export interface GoModule {
  readonly folder: string;
  readonly package: string;
  /** The package that is built, as Go takes it in `folder`. */
  readonly command: string;
  readonly tags: readonly string[];
  /** Has parts in C on Linux. */
  readonly cgo: boolean;
  /** Package variables to set when linking. */
  readonly variables: Readonly<Record<string, string>>;
  /** The one version of the tool that this module is. */
  readonly version: string;
  /** The oldest Go that can build it. */
  readonly go: string;
  /** Number of modules that a build from nothing downloads. */
  readonly modules: number;
}

/** Nothing for tools that have no module. */
export async function goModuleOf(ctx: ToolContext, tool: ToolName): Promise<GoModule | undefined> {
  const spec = specOf(tool).module;
  if (!spec) return undefined;
  const folder = join(ctx.paths.toolchain, tool);
  const [mod, sum] = await Promise.all([readFile(join(folder, 'go.mod'), 'utf8'), readFile(join(folder, 'go.sum'), 'utf8')]);
  const escaped = spec.package.replaceAll('.', '\\.');
  const version = new RegExp(`^(?:require )?\\s*${escaped} v(\\S+)`, 'm').exec(mod)?.[1];
  const go = /^go (\S+)/m.exec(mod)?.[1];
  if (version === undefined || go === undefined) throw new Error(`${folder}/go.mod names no version of ${spec.package}, or no Go`);
  // go.sum has a line for each module's content, and one for its go.mod alone.
  const modules = sum.split('\n').filter((line) => line !== '' && !line.includes('/go.mod ')).length;
  return { folder, command: spec.package, ...spec, cgo: spec.cgo ?? false, variables: spec.variables ?? {}, version, go, modules };
}

export interface GoToolchain {
  readonly path: string;
  readonly version: string;
}

/** @throws PrerequisiteError when there is no Go, or one too old that may not fetch a newer one. */
export async function requireGo(ctx: ToolContext, tool: ToolName, module: GoModule): Promise<GoToolchain> {
  const path = await findProgram(ctx, 'go');
  if (!path) throw goMissing(tool, module, 'no go on PATH');
  const found = await versionOfProgram(ctx, 'go', path);
  if ('problem' in found) throw goMissing(tool, module, `${path}: ${found.problem}`);
  const newEnough = gte(found.version, coerce(module.go) ?? module.go);
  if (newEnough || (await fetchesToolchains(ctx, path, found.version))) return { path, version: found.version };
  throw new PrerequisiteError(`Go ${found.version} is too old to build ${tool} ${module.version}`, {
    code: 'go-too-old',
    why: [`${path} is ${found.version}, the module needs ${module.go} or newer`, 'GOTOOLCHAIN=local keeps Go from fetching a newer one'],
    next: hint`install Go ${module.go} or newer from https://go.dev/dl, or: GOTOOLCHAIN=auto ${nomadctl`tools install ${tool}`}`,
  });
}

/** Since 1.21, Go fetches the toolchain that a module asks for, unless told not to (https://go.dev/doc/toolchain). */
async function fetchesToolchains(ctx: ToolContext, go: string, version: string): Promise<boolean> {
  if (lt(version, '1.21.0')) return false;
  const { stdout } = await ctx.exec.run(go, ['env', 'GOTOOLCHAIN'], { cwd: ctx.paths.tools, env: goEnv(ctx), signal: ctx.signal });
  return /(^|\+)(auto|path)$/.test(stdout.trim());
}

/**
 * GOWORK: a workspace file above our package must not take part. CGO: only where a program has parts in C (Nomad's
 * executor on Linux), so that the others need no compiler.
 */
export function goEnv(ctx: ToolContext, module?: Pick<GoModule, 'cgo'>): Record<string, string> {
  return { ...passedOnEnv(ctx.env), ...quietGo(ctx), GOWORK: 'off', CGO_ENABLED: module?.cgo && ctx.platform === 'linux' ? '1' : '0' };
}

/** The C compiler that Go would take, or the one that nomadctl unpacked. */
export async function findCompiler(ctx: Pick<ToolContext, 'env' | 'paths' | 'programs'>): Promise<string | undefined> {
  for (const name of compilersOf(ctx)) {
    const path = isAbsolute(name) ? (isExecutable(name) ? name : undefined) : await findProgram(ctx, name);
    if (path !== undefined) return path;
  }
  const unpacked = join(ctx.paths.unpacked, 'gcc');
  return isExecutable(unpacked) ? unpacked : undefined;
}

function compilersOf({ env }: Pick<ToolContext, 'env'>): string[] {
  return [env['CC'] ?? '', 'gcc', 'cc', 'clang'].filter((name) => name !== '');
}

/**
 * The variables with which Go finds the compiler.
 * @throws PrerequisiteError when a module with parts in C meets a computer without one.
 */
export async function requireCompiler(ctx: ToolContext, tool: ToolName, module: GoModule): Promise<Record<string, string>> {
  if (!module.cgo || ctx.platform !== 'linux') return {};
  const compiler = await findCompiler(ctx);
  if (compiler !== undefined) return dirname(compiler) === ctx.paths.unpacked ? { CC: compiler } : {};
  const compilers = compilersOf(ctx);
  throw new PrerequisiteError(`a C compiler is needed to build ${tool} ${module.version}`, {
    code: 'compiler-missing',
    why: `no ${compilers.join(', ')} on PATH; parts of ${tool} are written in C`,
    next: nomadctl`doctor --fix`,
  });
}

function goMissing(tool: ToolName, module: GoModule, why: string): PrerequisiteError {
  return new PrerequisiteError(`Go ${module.go} or newer is needed to build ${tool} ${module.version}`, {
    code: 'go-missing',
    why,
    next: hint`install Go from https://go.dev/dl, or ${tool} itself, then ${again()}`,
  });
}
