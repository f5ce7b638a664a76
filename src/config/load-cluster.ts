import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { conflictProblem, setCommand, type SomeSettings } from '../options/conflict.js';
import { initCommand } from '../options/init-command.js';
import type { OptionTable, Settings } from '../options/option.js';
import type { Problem } from '../options/problem.js';
import { resolveOptions, settled, type OptionInputs, type Resolution, type Source } from '../options/resolve.js';
import { chooseTarget, type LoadableTarget } from './choose-target.js';
import { inspectClusterFile } from './cluster-file.js';
import { programsIn } from './program-options.js';
import { foreignFlags } from './foreign-flags.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** What is wrong with settings together, each with the command that would settle it. */
function conflictsOf(
  target: LoadableTarget,
  known: Resolution<OptionTable>,
  { name, file }: { readonly name: string; readonly file?: string },
): Problem[] {
  const command = (changes: SomeSettings): Hint =>
    file === undefined ? initCommand({ cluster: name, target: target.id, known }, changes) : setCommand(name, changes);
  const conflicts = target.check?.(known.settings, { name, ...(file === undefined ? {} : { file }) }) ?? [];
  return conflicts.map((conflict) => conflictProblem(conflict, command, file));
}

/** What was typed wrongly is explained by the help; all else by what holds now. */
function nextAfter(problems: readonly Problem[], name: string): Hint {
  const areFlags = problems.length > 0 && problems.every(({ where }) => where.startsWith('--'));
  return areFlags ? nomadctl`up --help` : nomadctl`config show ${name}`;
}

/** A cluster as flags, environment and its file describe it. */
export interface LoadedCluster {
  readonly cluster: {
    readonly name: string;
    readonly target: string;
    readonly settings: Settings<OptionTable>;
    readonly paths: ClusterPaths;
  };
  /** By key: where the value came from. */
  readonly sources: Readonly<Record<string, Source>>;
  readonly file: 'present' | 'absent';
}

export interface LoadRequest {
  readonly name: string;
  /** The first is where a cluster without a file lives. */
  readonly targets: readonly LoadableTarget[];
  /** Of the command, by camel-cased name; `target` chooses the target of a cluster without a file. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly answers?: OptionInputs['answers'];
  /**
   * Accepts settings that conflict with each other. `down` sets it: a wrong setting must not keep a cluster from being
   * destroyed.
   */
  readonly leaveConflicts?: boolean;
  /** One of several that are looked at: the programs that its file names are not for this run. */
  readonly isOneOfMany?: boolean;
}

/**
 * Joins a cluster's file, the environment and flags into its settings. Without a file the defaults hold.
 * @throws UsageError or ConfigError with every problem of every source at once; AnswerNeededError with every missing flag.
 */
export async function loadCluster(ctx: Pick<Context, 'env' | 'paths' | 'programs'>, request: LoadRequest): Promise<LoadedCluster> {
  const paths = ctx.paths.cluster(request.name);
  const parsed = await inspectClusterFile({ path: paths.file, targets: request.targets, name: request.name });
  if (!request.isOneOfMany) ctx.programs.learn(programsIn(parsed?.file.values ?? {}));
  const { target, problems: targetProblems } = chooseTarget(ctx, { ...request, file: parsed?.file });
  const resolution = resolveOptions(target.options, {
    env: ctx.env,
    ...(request.flags ? { flags: request.flags } : {}),
    ...(request.answers ? { answers: request.answers } : {}),
    ...(parsed ? { file: parsed.file.values } : {}),
    made: await target.made?.(paths),
  });
  // The file's own problems have a column; the same value seen again through its source has none.
  const fromElsewhere = resolution.problems.filter(({ where }) => !where.startsWith(`${paths.file}:`));
  const problems = [...(parsed?.problems ?? []), ...targetProblems, ...foreignFlags(target, request), ...fromElsewhere];
  const isReady = problems.length === 0 && resolution.missing.length === 0 && !request.leaveConflicts;
  const file = parsed ? { file: paths.file } : {};
  const together = isReady ? conflictsOf(target, resolution, { name: request.name, ...file }) : [];
  const all = [...problems, ...together];
  const settings = settled({ ...resolution, problems: all }, target.options, nextAfter(all, request.name));
  return {
    cluster: { name: request.name, target: target.id, settings, paths },
    sources: resolution.sources,
    file: parsed ? 'present' : 'absent',
  };
}
