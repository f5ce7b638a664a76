import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Conflict } from '../options/conflict.js';
import type { OptionTable, OptionValue, Settings } from '../options/option.js';
import type { Problem } from '../options/problem.js';
import { notOneOf } from '../options/value-problem.js';
import type { ClusterFile } from './parse-cluster-file.js';
import type { TargetOptions } from './cluster-file-problems.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** A target, as far as loading a cluster goes; `targets/target.ts` fits. */
export interface LoadableTarget extends TargetOptions {
  /** Of settings that may not be whole yet. */
  check?(settings: Partial<Settings<OptionTable>>, cluster: { readonly name: string; readonly file?: string }): readonly Conflict[];
  /** By key: with what a cluster that is there was made, where a default of today must not make another one of it. */
  made?(paths: ClusterPaths): Readonly<Record<string, OptionValue>> | Promise<Readonly<Record<string, OptionValue>>>;
  /** @throws what speaks against these settings for a cluster that is there already. */
  refuseChange?(cluster: ChangedCluster): Promise<void>;
}

/** A cluster with settings that it shall have from now on. */
export interface ChangedCluster {
  readonly name: string;
  readonly paths: ClusterPaths;
  readonly settings: Settings<OptionTable>;
}

export interface TargetChoice<Target> {
  readonly target: Target;
  readonly problems: readonly Problem[];
}

interface TargetRequest<Target> {
  /** The first is where a cluster lives when nobody says otherwise. */
  readonly targets: readonly Target[];
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
  readonly file?: ClusterFile | undefined;
}

/** Where a cluster lives: as its file says, else `--target`, `NOMADCTL_TARGET`, or the first. A cluster does not move. */
export function chooseTarget<Target extends LoadableTarget>(
  ctx: Pick<Context, 'env'>,
  { targets, flags, file }: TargetRequest<Target>,
): TargetChoice<Target> {
  const [first] = targets;
  if (first === undefined) throw new Error('there are no targets');
  const requested = requestedTarget(ctx, flags);
  const target = targets.find(({ id }) => id === (file ? file.target : requested?.id)) ?? first;
  // A file with a wrong target has been reported already.
  if (requested === undefined || requested.id === target.id || file?.target === '') return { target, problems: [] };
  const ids = targets.map(({ id }) => id);
  if (!ids.includes(requested.id)) return { target, problems: [{ where: requested.where, text: notOneOf(requested.id, ids) }] };
  // A variable is for clusters to come; only a flag speaks of this one.
  if (requested.where !== '--target') return { target, problems: [] };
  const { name = '' } = file ?? {};
  const problem = {
    where: requested.where,
    text: `cluster ${name} lives on target ${target.id} and cannot move to ${requested.id}`,
    why: 'a cluster keeps its place: make another one, of another name',
    next: nomadctl`init ${name}-2 --target ${requested.id}`,
  };
  return { target, problems: [problem] };
}

function requestedTarget({ env }: Pick<Context, 'env'>, flags: TargetRequest<unknown>['flags']): { where: string; id: string } | undefined {
  const flag = flags?.['target'];
  if (typeof flag === 'string') return { where: '--target', id: flag };
  const variable = env['NOMADCTL_TARGET'];
  return variable ? { where: 'NOMADCTL_TARGET', id: variable } : undefined;
}
