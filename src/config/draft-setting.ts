import type { Context } from '../context.js';
import { fromText } from '../options/from-text.js';
import type { AnyOption, OptionValue } from '../options/option.js';
import { errorOf } from '../options/problem.js';
import { resolveOptions } from '../options/resolve.js';
import { schemaOfOption } from '../options/value-schema.js';
import { chooseTarget, type LoadableTarget } from './choose-target.js';
import { inspectClusterFile, readClusterText, setInText } from './cluster-file.js';
import { checkTogether, type ClusterFileDraft } from './draft-cluster-file.js';
import { optionOf } from './option-of.js';
import type { ParsedClusterFile } from './parse-cluster-file.js';
import { renderClusterFile } from './render-cluster-file.js';

export interface SettingRequest {
  readonly name: string;
  readonly targets: readonly LoadableTarget[];
  readonly key: string;
  /** As it was typed. */
  readonly text: string;
}

/**
 * The cluster file with one key set. A file with a wrong value may be mended this way, as long as it is YAML.
 * @throws UsageError for an unknown key or a wrong value; ConfigError for a file that cannot be edited.
 */
export async function draftSetting(
  { name, targets, key, text }: SettingRequest,
  ctx: Context,
): Promise<ClusterFileDraft & { readonly value: OptionValue }> {
  const { file: path } = ctx.paths.cluster(name);
  const parsed = await inspectClusterFile({ path, name, targets });
  const { target } = chooseTarget(ctx, { targets, file: parsed?.file });
  const value = valueFor(key, text, optionOf(key, target.options));
  const { settings, problems } = resolveOptions(target.options, { file: { ...parsed?.file.values, [key]: { value, where: key } } });
  if (problems.length === 0) checkTogether(target, settings);
  const before = await readClusterText(path);
  if (parsed === undefined || before === undefined) {
    return { name, path, before, value, after: renderClusterFile({ name, target: target.id, values: { [key]: value } }, target.options) };
  }
  return { name, path, before, value, after: edit(before, { [key]: value }, parsed) };
}

function valueFor(key: string, text: string, option: AnyOption): OptionValue {
  const parsed = schemaOfOption(option).safeParse(fromText(option, text));
  if (parsed.success) return parsed.data;
  throw errorOf([{ where: key, text: parsed.error.issues[0]?.message ?? 'is wrong' }], `nomadctl config explain ${key}`);
}

function edit(before: string, values: Readonly<Record<string, OptionValue>>, { problems }: ParsedClusterFile): string {
  try {
    return setInText(before, values);
  } catch (cause) {
    // The document has mistakes of syntax, which nothing but an editor can mend.
    throw problems.length > 0 ? errorOf(problems, '') : cause;
  }
}
