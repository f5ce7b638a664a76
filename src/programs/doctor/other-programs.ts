import type { Context } from '../../context.js';
import { findProgram, inspectPath } from '../find-program.js';
import { goModuleOf } from '../go-module.js';
import { versionOfProgram, type ProgramName } from '../program-version.js';
import { systemPrograms } from '../packages/system-programs.js';
import { packageInstall, type PackageInstall, type PackageNames } from '../system-packages.js';
import { programsPath } from '../../tools/programs-path.js';
import { packageUnpack } from '../unpack-packages.js';
import type { Report } from '../../tools/tool-context.js';
import type { Fix, Prerequisite } from './prerequisite.js';
import { asRoot, hint, type Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** Programs that the system or the user brings; each is needed for something, none by everybody. */
export async function otherProgramPrerequisites(ctx: Context): Promise<Prerequisite[]> {
  const redis = await redisInstall(ctx, process.getuid?.());
  return Promise.all([go(ctx), docker(ctx), redisProgram(ctx, 'redis-server', redis), redisProgram(ctx, 'redis-cli', redis)]);
}

async function go(ctx: Context): Promise<Prerequisite> {
  const modules = await Promise.all((['consul', 'nomad'] as const).map((tool) => goModuleOf(ctx, tool)));
  const wanted =
    modules
      .map((module) => module?.go ?? '0')
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1) ?? '';
  const seen = await inspectProgram(ctx, 'go');
  const newEnough = seen.version !== undefined && seen.version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
  return {
    id: 'go',
    title: 'Go',
    neededFor: 'building what cannot be downloaded',
    found: seen.text,
    wanted: `${wanted} or newer`,
    ok: newEnough,
    optional: true,
    ...(newEnough ? {} : { fix: { command: seen.mend ?? hint`install it from https://go.dev/dl` } }),
  };
}

async function docker(ctx: Context): Promise<Prerequisite> {
  const seen = await inspectProgram(ctx, 'docker');
  const daemon = seen.version === undefined ? undefined : await dockerDaemon(ctx, seen.path);
  const usable = daemon !== undefined;
  return {
    id: 'docker',
    title: 'Docker',
    neededFor: 'jobs with driver docker, emulator --machines docker',
    found: seen.version === undefined || usable ? seen.text : `${seen.text}; its daemon does not answer`,
    wanted: 'any, with its daemon running',
    ok: usable,
    optional: true,
    ...(usable
      ? {}
      : {
          fix: {
            command:
              seen.mend ??
              (seen.version === undefined ? hint`install it from https://docs.docker.com/engine/install` : await startDocker(ctx)),
          },
        }),
  };
}

/** A daemon is started as this computer starts services: systemd, SysV scripts, or by hand. */
async function startDocker(ctx: Context): Promise<Hint> {
  if (await findProgram(ctx, 'systemctl')) return asRoot`systemctl start docker`;
  if (await findProgram(ctx, 'service')) return asRoot`service docker start`;
  return (await findProgram(ctx, 'dockerd')) ? asRoot`dockerd` : hint`start its daemon, or set DOCKER_HOST to one that runs`;
}

async function dockerDaemon(ctx: Context, docker: string): Promise<string | undefined> {
  const options = { signal: ctx.signal, timeoutMs: 5000, accept: [0, 1] };
  const answer = await ctx.exec.run(docker, ['version', '--format', '{{.Server.Version}}'], options).catch(() => undefined);
  ctx.signal.throwIfAborted();
  return answer?.exitCode === 0 ? answer.stdout : undefined;
}

/** Into the system where that needs no password; else as an ordinary user, where the system's packages can be unpacked. */
async function redisInstall(ctx: Context, uid: number | undefined): Promise<Fix | undefined> {
  const install = await packageInstall(ctx, systemPrograms['redis-server'] as PackageNames, uid);
  if (install?.run) return { ...withContext(install), asks: `Change the system: ${renderHint(install.command, ctx.given)}?` };
  const programs = ['redis-server', 'redis-cli'];
  const unpack = await packageUnpack(ctx, { packages: ['redis-server', 'redis-tools'], programs, mends: programs });
  return unpack ? { ...withContext(unpack), how: unpack.how } : install && withContext(install);
}

async function redisProgram(ctx: Context, program: 'redis-server' | 'redis-cli', fix: Fix | undefined): Promise<Prerequisite> {
  const seen = await inspectProgram({ ...ctx, env: { ...ctx.env, PATH: programsPath(ctx) } }, program);
  const ok = seen.version !== undefined;
  const mend = seen.mend ? { command: seen.mend } : fix;
  return {
    id: program,
    title: program,
    neededFor: 'the redis job without Docker',
    found: seen.text,
    wanted: 'any',
    ok,
    optional: true,
    ...(ok || !mend ? {} : { fix: mend }),
  };
}

function withContext({ command, run }: PackageInstall): Fix {
  return { command, ...(run ? { run: (_: Context, report: Report = () => undefined) => run(report) } : {}) };
}

interface Inspected {
  readonly text: string;
  readonly version?: string;
  readonly path: string;
  /** Where its name leads nowhere: installing another changes nothing. */
  readonly mend?: Hint;
}

async function inspectProgram(ctx: Context, program: ProgramName): Promise<Inspected> {
  const { path, text, mend } = await inspectPath(ctx, program);
  if (path === undefined) return { text, path: '', ...(mend ? { mend } : {}) };
  const answer = await versionOfProgram(ctx, program, path);
  return 'version' in answer
    ? { text: `${answer.version}, ${text}`, version: answer.version, path }
    : { text: `${text}: ${answer.problem}`, path };
}
