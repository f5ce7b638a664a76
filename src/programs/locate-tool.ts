import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';
import { namedProgram, variableOf } from '../tools/named-program.js';
import { findProgram, isExecutable } from './find-program.js';
import { versionOfProgram, type ProgramName } from './program-version.js';
import type { ToolContext } from '../tools/tool-context.js';
import { installedPath, originOf, type Origin } from './tool-folder.js';
import { judgeVersion, specOf, type ToolName, type VersionRange } from './tool-versions.js';

/** On PATH, in our tools folder, or where a variable says (`NOMADCTL_TERRAFORM_BIN`). */
export type ToolSource = 'path' | 'installed' | 'named';

export interface ResolvedTool {
  readonly name: ToolName;
  /** The program's own name: `tofu` may stand in for terraform. */
  readonly program: string;
  readonly path: string;
  readonly version: string;
  readonly source: ToolSource;
  /** For what nomadctl installed: the official release, or a build from source. */
  readonly origin?: Origin | undefined;
  /** Set when it is newer than what nomadctl was tested with. */
  readonly warning?: string | undefined;
}

/** A program that was found and will not do. */
export interface RejectedTool {
  readonly path: string;
  readonly version?: string | undefined;
  /** A sentence that names the program: "consul 1.2.0 at /usr/bin/consul is older than 1.18.0, …". */
  readonly because: string;
}

export interface Located {
  readonly tool?: ResolvedTool;
  readonly rejected: readonly RejectedTool[];
}

interface Candidate {
  readonly program: ProgramName;
  readonly path: string;
  readonly source: ToolSource;
  readonly range: VersionRange;
}

/**
 * Looks for a tool on PATH, then in our tools folder. Starts no process when the programs were asked before, so it is
 * cheap enough for every command. Never throws for a program that will not do: it is listed as rejected.
 * @throws PrerequisiteError for one that a variable names and that will not do: another is never taken in its place.
 */
export async function locateTool(ctx: ToolContext, name: ToolName, wanted?: string): Promise<Located> {
  const rejected: RejectedTool[] = [];
  for (const candidate of await candidates(ctx, name, wanted)) {
    const judged = await judge(ctx, name, { candidate, wanted });
    if ('source' in judged) return { tool: judged, rejected };
    if (candidate.source === 'named') throw namedUnusable(candidate.program, judged);
    rejected.push(judged);
  }
  return { rejected };
}

/** The one in our tools folder, whatever is on PATH. */
export async function locateInstalled(ctx: ToolContext, name: ToolName, version: string): Promise<Located> {
  const path = installedPath(ctx, name, version);
  if (!isExecutable(path)) return { rejected: [] };
  const judged = await judge(ctx, name, { candidate: { program: name, path, source: 'installed', range: specOf(name) }, wanted: version });
  return 'source' in judged ? { tool: judged, rejected: [] } : { rejected: [judged] };
}

async function candidates(ctx: ToolContext, name: ToolName, wanted: string | undefined): Promise<Candidate[]> {
  const spec = specOf(name);
  const { alternative } = spec;
  const programs: { program: ProgramName; range: VersionRange }[] = [
    { program: name, range: spec },
    ...(alternative ? [{ program: alternative.program as ProgramName, range: alternative }] : []),
  ];
  const named = programs.find(({ program }) => namedProgram(ctx.env, program));
  const found = await Promise.all(
    (named ? [named] : programs).map(async (entry) => ({ ...entry, path: await findProgram(ctx, entry.program) })),
  );
  const source = named ? 'named' : 'path';
  const there = found.flatMap(({ path, ...entry }) => (path === undefined ? [] : [{ ...entry, path, source } as const]));
  if (named) return there;
  const installed = installedPath(ctx, name, wanted ?? spec.version);
  return [...there, ...(isExecutable(installed) ? [{ program: name, path: installed, source: 'installed', range: spec } as const] : [])];
}

async function judge(
  ctx: ToolContext,
  name: ToolName,
  { candidate, wanted }: { candidate: Candidate; wanted: string | undefined },
): Promise<ResolvedTool | RejectedTool> {
  const { program, path, source, range } = candidate;
  const answer = await versionOfProgram(ctx, program, path);
  if ('problem' in answer) return { path, because: `${path} is not used: ${answer.problem}` };
  const { version } = answer;
  const verdict = judgeVersion(version, range, wanted);
  if (!verdict.usable) return { path, version, because: `${program} ${version} at ${path} is not used: ${verdict.because}` };
  const warning = verdict.warning && `${program} ${version} at ${path} is ${verdict.warning}`;
  const origin = source === 'installed' ? await originOf(ctx, name, version) : undefined;
  return { name, program, path, version, source, origin, warning };
}

function namedUnusable(program: string, { because }: RejectedTool): PrerequisiteError {
  const variable = variableOf(program) ?? '';
  return new PrerequisiteError(`the program that ${variable} names will not do`, {
    code: 'named-program-unusable',
    why: because,
    next: hint`set ${variable} to another ${program}, or: ${shell`unset ${variable}`}`,
  });
}
