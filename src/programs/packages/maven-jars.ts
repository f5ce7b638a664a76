import { sha256Of } from '@nomadctl/base/files/sha256-of';
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbort, PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { makeFolder } from '@nomadctl/base/make-folder';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import type { BuildRequest } from '../go-build.js';
import { findProgram } from '../find-program.js';
import { packageInstall } from '../system-packages.js';
import { specOf, type ToolName } from '../tool-versions.js';
import type { ToolContext } from '../../tools/tool-context.js';

/** A program whose parts lie beside it in one folder. */
export interface JarsProduct {
  readonly file: string;
  /** Goes where the program goes, under its own name. */
  readonly beside: string;
}

/** The folder of the jars, beside the program. */
const JARS = 'lib';

/**
 * Has Maven collect the jars that `toolchain/<tool>/pom.xml` names, and looks whether they are the ones of `jars.sha256`, no more and no
 * less. The program is a shell script that starts `java` with them.
 * @throws PrerequisiteError without Maven, or for another version than the pinned one; ToolError `maven-failed`, `jars-wrong`
 */
export async function collectJars(ctx: ToolContext, { tool, version, staging, report }: BuildRequest): Promise<JarsProduct> {
  const spec = specOf(tool);
  if (version !== spec.version) throw notCollectable(tool, version);
  const folder = join(ctx.paths.toolchain, tool);
  const sums = await readSums(join(folder, 'jars.sha256'));
  const maven = await requireMaven(ctx, tool, version);
  const jars = join(staging, JARS);
  // Maven writes beside the file that it is given.
  const work = join(staging, 'pom');
  await makeFolder(work);
  await copyFile(join(folder, 'pom.xml'), join(work, 'pom.xml'));
  report('asking Maven for its jars');
  let downloaded = 0;
  const onLine = (line: string): void => {
    if (/Downloaded from .*\.jar\b/.test(line)) report(`downloading jar ${++downloaded}, of ${sums.size} and Maven's own`);
  };
  const argv = ['--batch-mode', '--file', join(work, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
  try {
    await ctx.exec.run(maven, argv, { cwd: work, env: mavenEnv(ctx), signal: ctx.signal, onLine });
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error) || !(error instanceof ToolError)) throw error;
    throw mavenFailed(tool, version, error);
  }
  report('checking the sums of its jars');
  await checkSums(jars, sums, { tool, version });
  const file = join(staging, tool);
  await writeFile(file, launcher(spec.jars?.title ?? tool, version), { mode: 0o755 });
  return { file, beside: jars };
}

/** `MAVEN_OPTS` and its like may name a proxy, a mirror or a heap. */
function mavenEnv({ env }: ToolContext): Record<string, string> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => /^(MAVEN_|JAVA_HOME$|M2_HOME$)/.test(entry[0]) && !!entry[1],
  );
  return { ...passedOnEnv(env), ...Object.fromEntries(own) };
}

/** Java finds classes by the folder of this file, however it was reached. `JAVA` names another java than that on PATH. */
function launcher(title: string, version: string): string {
  return [
    '#!/bin/sh',
    `# ${title} ${version}: "version", or arguments of java and a class of it.`,
    `if [ "$1" = version ]; then echo "${title} ${version}"; exit 0; fi`,
    'home=$(dirname "$(readlink -f "$0")")',
    `exec "\${JAVA:-java}" -cp "$home/${JARS}/*" "$@"`,
    '',
  ].join('\n');
}

async function readSums(file: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

async function checkSums(
  folder: string,
  sums: ReadonlyMap<string, string>,
  { tool, version }: { readonly tool: ToolName; readonly version: string },
): Promise<void> {
  const found = await readdir(folder).catch((): string[] => []);
  const wrong = await mapBounded(found, FILES_AT_ONCE, async (name) => {
    const wanted = sums.get(name);
    if (wanted === undefined) return [`${name} belongs to no ${tool} ${version}`];
    return (await sha256Of(join(folder, name))) === wanted ? [] : [`${name} is not the file that it was when nomadctl was made`];
  });
  const problems = [...wrong.flat(), ...[...sums.keys()].filter((name) => !found.includes(name)).map((name) => `${name} is missing`)];
  if (problems.length === 0) return;
  throw new ToolError(`what Maven brought for ${tool} ${version} is not it`, {
    code: 'jars-wrong',
    why: [...problems.slice(0, 8), 'nothing was installed'],
    next: hint`look at the mirrors in ~/.m2/settings.xml, then ${again()}`,
  });
}

async function requireMaven(ctx: ToolContext, tool: ToolName, version: string): Promise<string> {
  const path = await findProgram(ctx, 'mvn');
  if (path !== undefined) return path;
  const install = await packageInstall(ctx, { apt: 'maven', dnf: 'maven', brew: 'maven' }, process.getuid?.());
  throw new PrerequisiteError(`Maven is needed to put ${tool} ${version} together`, {
    code: 'maven-missing',
    why: [`no mvn on PATH`, `${specOf(tool).unreleased ?? 'there is no release of it'}`],
    next: install
      ? hint`${install.command}   then ${nomadctl`tools install ${tool}`}`
      : hint`install Maven, then ${nomadctl`tools install ${tool}`}`,
  });
}

/** Maven's first words about what is wrong; the rest is advice about its own flags. */
function mavenFailed(tool: ToolName, version: string, error: ToolError): ToolError {
  const said = error.why.flatMap((line) => line.split('\n')).filter((line) => line.includes('[ERROR]'));
  const words = said
    .map((line) => line.replace(/^.*\[ERROR\]\s*/, ''))
    .filter((line) => line !== '' && !/^(->|To see|Re-run|For more)/.test(line));
  return new ToolError(`Maven could not collect the jars of ${tool} ${version}`, {
    code: 'maven-failed',
    why: words.length > 0 ? words.slice(0, 4) : error.why.slice(-4),
    next: hint`mend what Maven says, then ${again()}: what was downloaded is kept`,
    cause: error,
  });
}

function notCollectable(tool: ToolName, version: string): PrerequisiteError {
  const pinned = specOf(tool).version;
  return new PrerequisiteError(`${tool} ${version} cannot be put together here`, {
    code: 'no-jars',
    why: `the jars that nomadctl knows are those of ${tool} ${pinned}`,
    next: nomadctl`tools install ${tool} --version ${pinned}`,
  });
}
