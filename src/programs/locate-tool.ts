import type { Hint } from '@nomadctl/base/hint/hint';
import { isAboutName, namedUnusable, type NamedProgram } from '../tools/named-program.js';
import { findProgram, isExecutable } from './find-program.js';
import { versionOfProgram, type ProgramName } from './program-version.js';
import type { ToolContext } from '../tools/tool-context.js';
import { installedPath, originOf, type Origin } from './tool-folder.js';
import { judgeVersion, specOf, type ToolName, type VersionRange } from './tool-versions.js';

/** On PATH, in our tools folder, or where somebody says (`NOMADCTL_TERRAFORM_BIN`). */
export type ToolSource = 'path' | 'installed' | 'named';

export interface ResolvedTool {
  readonly name: ToolName;
  /** The program's own name: `tofu` may stand in for terraform. */
  readonly program: string;
  readonly path: string;
  readonly version: string;
  readonly source: ToolSource;
  /** Of a named one: who says so, as `NOMADCTL_TERRAFORM_BIN`. */
  readonly namedBy?: string | undefined;
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
  readonly named?: NamedProgram | undefined;
  readonly range: VersionRange;
}

/**
 * Looks for a tool on PATH, then in our tools folder. Starts no process when the programs were asked before, so it is
 * cheap enough for every command. Never throws for a program that will not do: it is listed as rejected.
 * @throws PrerequisiteError for one that is named and will not do: another is never taken in its place.
 */
export async function locateTool(ctx: ToolContext, name: ToolName, wanted?: string): Promise<Located> {
  const rejected: RejectedTool[] = [];
  for (const candidate of await candidates(ctx, name, wanted)) {
    const judged = await judge(ctx, name, { candidate, wanted });
    if ('source' in judged) return { tool: judged, rejected };
    if (candidate.named) throw namedUnusable(candidate.named, judged.because);
    rejected.push(judged);
  }
  return { rejected };
}

/** What a list of programs tells of a tool. */
export interface InspectedTool {
  readonly tool?: ResolvedTool | undefined;
  /** Sentences about programs that were found and will not do, and about untested versions. */
  readonly remarks: readonly string[];
  /** Where one is named that will not do: installing another changes nothing. */
  readonly mend?: Hint | undefined;
}

/** As `locateTool`, for those who list what there is: a named program that will not do is a remark. */
export async function inspectTool(ctx: ToolContext, name: ToolName, wanted?: string): Promise<InspectedTool> {
  try {
    const { tool, rejected } = await locateTool(ctx, name, wanted);
    return { tool, remarks: [...rejected.map(({ because }) => because), ...(tool?.warning ? [tool.warning] : [])] };
  } catch (error) {
    if (!isAboutName(error)) throw error;
    return { remarks: [`${error.message}: ${error.why.join('; ')}`], mend: error.next };
  }
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
  const named = strongest(
    programs.filter(({ program }) => ctx.programs.of(program)),
    ctx,
  );
  const found = await Promise.all(
    (named ? [named] : programs).map(async (entry) => ({ ...entry, path: await findProgram(ctx, entry.program) })),
  );
  const origin = named ? ({ source: 'named', named: ctx.programs.of(named.program) } as const) : ({ source: 'path' } as const);
  const there = found.flatMap(({ path, ...entry }) => (path === undefined ? [] : [{ ...entry, path, ...origin }]));
  if (named) return there;
  const installed = installedPath(ctx, name, wanted ?? spec.version);
  return [...there, ...(isExecutable(installed) ? [{ program: name, path: installed, source: 'installed', range: spec } as const] : [])];
}

/** A flag that names tofu is stronger than a variable that names terraform. */
function strongest<Entry extends { readonly program: string }>(entries: readonly Entry[], { programs }: ToolContext): Entry | undefined {
  const rank = ({ program }: Entry): number => KINDS.indexOf(programs.of(program)?.kind ?? 'file');
  return [...entries].sort((a, b) => rank(a) - rank(b))[0];
}

const KINDS = ['flag', 'environment', 'file'] as const satisfies readonly NamedProgram['kind'][];

async function judge(
  ctx: ToolContext,
  name: ToolName,
  { candidate, wanted }: { candidate: Candidate; wanted: string | undefined },
): Promise<ResolvedTool | RejectedTool> {
  const { program, path, source, named, range } = candidate;
  const answer = await versionOfProgram(ctx, program, path);
  if ('problem' in answer) return { path, because: `${path} is not used: ${answer.problem}` };
  const { version } = answer;
  const verdict = judgeVersion(version, range, wanted);
  if (!verdict.usable) return { path, version, because: `${program} ${version} at ${path} is not used: ${verdict.because}` };
  const warning = verdict.warning && `${program} ${version} at ${path} is ${verdict.warning}`;
  const origin = source === 'installed' ? await originOf(ctx, name, version) : undefined;
  return { name, program, path, version, source, namedBy: named?.where, origin, warning };
}
