import { join } from 'node:path';
import { isAbort, PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { BuildProgress, type PackageSize } from './build-progress.js';
import { goEnv, goModuleOf, requireCompiler, requireGo, type GoModule, type GoToolchain } from './go-module.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import type { ToolName } from './tool-versions.js';

export interface BuildRequest {
  readonly tool: ToolName;
  readonly version: string;
  /** Folder to put the program in; Go's own scratch files go there too, so that nothing of a killed build stays elsewhere. */
  readonly staging: string;
  readonly report: Report;
}

/**
 * Builds a tool from its pinned module, exactly what `go.sum` says and nothing else. Returns the program's path.
 * @throws PrerequisiteError without a fit Go, or for another version than the pinned one; ToolError when the build fails.
 */
export async function buildFromSource(ctx: ToolContext, request: BuildRequest): Promise<string> {
  const { tool, version, staging, report } = request;
  const module = await goModuleOf(ctx, tool);
  if (!module || module.version !== version) throw notBuildable(tool, version, module?.version);
  const go = await requireGo(ctx, tool, module);
  const compiler = await requireCompiler(ctx, tool, module);
  const scratch = join(staging, 'scratch');
  await makeFolder(scratch);
  const build: Build = { ctx, module, go, report, env: { ...goEnv(ctx, module), ...compiler, GOTMPDIR: scratch } };
  const program = join(staging, tool);
  const stale = await listStale(build);
  await compile(build, stale, program);
  return program;
}

interface Build {
  readonly ctx: ToolContext;
  readonly module: GoModule;
  readonly go: GoToolchain;
  readonly report: Report;
  readonly env: Readonly<Record<string, string>>;
}

function buildFlags({ tags, variables }: GoModule): string[] {
  const tagFlags = tags.length > 0 ? ['-tags', tags.join(',')] : [];
  const linkerFlags = ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X=${name}=${value}`)];
  return ['-mod=readonly', '-trimpath', '-buildvcs=false', ...tagFlags, '-ldflags', linkerFlags.join(' ')];
}

/**
 * The packages that must be compiled: all on a fresh machine, few when Go's cache is warm. Asking with the flags of the
 * build makes Go's answer exact; it downloads the modules on the way.
 */
async function listStale(build: Build): Promise<ReadonlyMap<string, PackageSize>> {
  const { module, report } = build;
  report('looking at its packages');
  let downloaded = 0;
  const { stdout } = await runGo(build, ['list', '-deps', ...buildFlags(module), '-f', STALE_PACKAGE, module.command], (line) => {
    if (!line.startsWith('go: downloading ')) return;
    downloaded++;
    report(`downloading module ${downloaded} of at most ${Math.max(downloaded, module.modules)}`);
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', goFiles = 0, cgoFiles = 0, cFiles = 0] = line.split(' ');
      return [name, { goFiles: Number(goFiles), cFiles: Number(cgoFiles) + Number(cFiles) }];
    }),
  );
}

/** https://pkg.go.dev/cmd/go#hdr-List_packages_or_modules */
const STALE_PACKAGE = '{{if .Stale}}{{.ImportPath}} {{len .GoFiles}} {{len .CgoFiles}} {{len .CFiles}}{{end}}';

/** With `-v`, Go names each package when it starts to compile it. */
async function compile(build: Build, stale: ReadonlyMap<string, PackageSize>, program: string): Promise<void> {
  const { ctx, module, report } = build;
  const progress = new BuildProgress(stale, ctx.clock.now());
  report(progress.say(ctx.clock.now()));
  await runGo(build, ['build', '-v', ...buildFlags(module), '-o', program, module.command], (line) => {
    if (progress.begin(line)) report(progress.say(ctx.clock.now()));
  });
}

async function runGo({ ctx, module, go, env }: Build, argv: readonly string[], onLine: (line: string) => void) {
  try {
    return await ctx.exec.run(go.path, argv, { cwd: module.folder, env, signal: ctx.signal, onLine });
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error) || !(error instanceof ToolError)) throw error;
    throw new ToolError(`${module.package} ${module.version} could not be built with Go ${go.version}`, {
      code: 'go-build-failed',
      why: error.why.filter((line) => !line.startsWith('go: downloading ')).slice(-8),
      next: hint`mend what Go says, then ${again()}: what was compiled is kept`,
      cause: error,
    });
  }
}

function notBuildable(tool: ToolName, version: string, pinned: string | undefined): PrerequisiteError {
  return new PrerequisiteError(`${tool} ${version} cannot be built from source here`, {
    code: 'no-module',
    why: pinned === undefined ? `nomadctl has no Go module for ${tool}` : `the Go module that nomadctl brings is ${tool} ${pinned}`,
    next: pinned === undefined ? hint`install ${tool} so that it is on PATH` : nomadctl`tools install ${tool} --version ${pinned}`,
  });
}
