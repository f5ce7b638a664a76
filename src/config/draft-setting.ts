import type { Context } from '../context.js';
import { conflictProblem, setCommand, type SomeSettings } from '../options/conflict.js';
import { fromText } from '../options/from-text.js';
import type { OptionTable, OptionValue } from '../options/option.js';
import { errorOf, type Problem } from '../options/problem.js';
import { resolveOptions } from '../options/resolve.js';
import { valueProblem } from '../options/value-problem.js';
import { chooseTarget, type LoadableTarget } from './choose-target.js';
import { inspectClusterFile, readClusterText } from './cluster-file.js';
import { setInText } from './set-in-text.js';
import type { ClusterFileDraft } from './draft-cluster-file.js';
import { optionOf } from './option-of.js';
import type { ParsedClusterFile } from './parse-cluster-file.js';
import { renderClusterFile } from './render-cluster-file.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

export interface SettingsRequest {
  readonly name: string;
  readonly targets: readonly LoadableTarget[];
  /** Keys, and values as they were typed. */
  readonly pairs: readonly (readonly [key: string, text: string])[];
}

export interface SettingsDraft extends ClusterFileDraft {
  readonly values: SomeSettings;
  /** Where the cluster lives. */
  readonly target: string;
}

/**
 * The cluster file with some keys set, all or none of them: what is wrong alone may be right together. A file with a wrong
 * value may be mended this way, as long as it is YAML.
 * @throws UsageError for unknown keys, wrong values, and values that do not go together; ConfigError for a file that cannot
 * be edited; what the target has against the change.
 */
export async function draftSettings({ name, targets, pairs }: SettingsRequest, ctx: Context): Promise<SettingsDraft> {
  const paths = ctx.paths.cluster(name);
  const { file: path, schema } = paths;
  const parsed = await inspectClusterFile({ path, name, targets });
  const { target } = chooseTarget(ctx, { targets, file: parsed?.file });
  const values = valuesOf(pairs, target.options);
  const entries = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, where: key }]));
  const { settings, problems, missing } = resolveOptions(target.options, {
    file: { ...parsed?.file.values, ...entries },
    made: await target.made?.(paths),
  });
  if (problems.length === 0) {
    refuseConflicts(target, settings, { name, values });
    if (missing.length === 0) await target.refuseChange?.({ name, paths, settings });
  }
  const before = await readClusterText(path);
  if (parsed === undefined || before === undefined) {
    return {
      name,
      path,
      before,
      values,
      target: target.id,
      after: renderClusterFile({ name, target: target.id, schema, values }, target.options),
    };
  }
  return { name, path, before, values, target: target.id, after: edit(before, values, parsed) };
}

function valuesOf(pairs: SettingsRequest['pairs'], table: OptionTable): SomeSettings {
  const problems: Problem[] = [];
  const values: Record<string, OptionValue> = {};
  for (const [key, text] of pairs) {
    const option = optionOf(key, table);
    const value = fromText(option, text);
    const problem = valueProblem(option, value);
    if (problem === undefined) values[key] = value as OptionValue;
    else problems.push({ where: key, text: problem, why: `${key}: ${option.summary}` });
  }
  if (problems.length > 0) throw errorOf(problems, nomadctl`config explain ${problems[0]?.where ?? ''}`);
  return values;
}

/** @throws UsageError with the `config set` that would do, unless it would only undo what was asked for. */
function refuseConflicts(
  target: LoadableTarget,
  settings: Parameters<NonNullable<LoadableTarget['check']>>[0],
  { name, values }: { readonly name: string; readonly values: SomeSettings },
): void {
  const conflicts = target.check?.(settings, { name }) ?? [];
  if (conflicts.length === 0) return;
  const command = (fix: SomeSettings): Hint => {
    const undone = Object.keys(fix).find((key) => values[key] !== undefined);
    return undone === undefined ? setCommand(name, { ...values, ...fix }) : nomadctl`config explain ${undone} --cluster ${name}`;
  };
  throw errorOf(
    conflicts.map((conflict) => conflictProblem(conflict, command)),
    nomadctl`config show ${name}`,
  );
}

function edit(before: string, values: SomeSettings, { problems }: ParsedClusterFile): string {
  try {
    return setInText(before, values);
  } catch (cause) {
    // The document has mistakes of syntax, which nothing but an editor can mend.
    throw problems.length > 0 ? errorOf(problems) : cause;
  }
}
