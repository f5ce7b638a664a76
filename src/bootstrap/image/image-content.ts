import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { Context } from '../../context.js';
import { pluginFolders } from '../../mirror/put-provider.js';
import { findProgram } from '../../programs/find-program.js';
import { resolveTool } from '../../programs/resolve-tool.js';

export interface ImageContent {
  /** `nomadctl-bootstrap:<hash of all that is in it>`. */
  readonly name: string;
  /** Paths of programs on this computer, by their names in `/usr/bin` of the image. */
  readonly programs: Readonly<Record<string, string>>;
  /** The installed nomadctl. */
  readonly packageRoot: string;
  /** Folders of terraform's providers, each with `<registry>/<namespace>/<type>/<version>/<platform>`. */
  readonly plugins: readonly string[];
}

const REPOSITORY = 'nomadctl-bootstrap';
/** A shell and what reads and moves files: for deliveries, and for whoever looks into the container. */
const BESIDES = ['sh', 'cat', 'mv', 'ls', 'sleep'];

type ImageContext = Pick<Context, 'env' | 'programs' | 'paths' | 'platform' | 'exec' | 'clock' | 'signal' | 'arch' | 'redact'>;

/**
 * What the image of the bootstrapper is made of: programs of this computer, so that no network is asked for anything.
 * @throws PrerequisiteError `bootstrap-image-elsewhere` on systems whose programs do not run in a container, and for what is missing
 */
export async function imageContent(ctx: ImageContext): Promise<ImageContent> {
  if (ctx.platform !== 'linux') {
    throw new PrerequisiteError(`no image of the bootstrapper can be made of the programs of this computer (${ctx.platform})`, {
      code: 'bootstrap-image-elsewhere',
      why: 'containers run programs of Linux',
      next: hint`make it on a computer with Linux, bring it here with docker save and docker load, then ${again({ image: '<name>' })}`,
    });
  }
  const terraform = await resolveTool(ctx, 'terraform');
  const needed = await mapBounded(
    ['ssh', 'ssh-keygen', ...BESIDES],
    FILES_AT_ONCE,
    async (name) => [name, await findProgram(ctx, name)] as const,
  );
  const missing = needed.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw new PrerequisiteError(`programs that the bootstrapper needs are not on PATH: ${missing.join(', ')}`, {
      code: 'program-missing',
      why: 'its image is made of the programs of this computer',
      next: hint`install them (openssh-client, coreutils), then ${again()}`,
    });
  }
  const programs = {
    node: process.execPath,
    [terraform.program]: terraform.path,
    ...(Object.fromEntries(needed) as Record<string, string>),
  };
  const packageRoot = join(ctx.paths.templates, '..');
  const plugins = pluginFolders(ctx).filter((folder) => existsSync(folder));
  return {
    name: `${REPOSITORY}:${hashOf([...Object.values(programs), join(packageRoot, 'dist'), ...plugins])}`,
    programs,
    packageRoot,
    plugins,
  };
}

/** Of what a new version changes: sizes and times, as `make` does. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256').update('1');
  for (const path of paths) {
    const { size, mtimeMs } = statSync(realpathSync(path));
    hash.update(`${path}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex').slice(0, 12);
}
