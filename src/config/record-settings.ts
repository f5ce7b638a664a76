import type { OptionTable, OptionValue } from '../options/option.js';
import type { LoadableTarget } from './choose-target.js';
import { readClusterText, writeClusterFile } from './cluster-file.js';
import { setInText } from './set-in-text.js';
import { hasValidMark, withMark } from './generated-mark.js';
import type { LoadedCluster } from './load-cluster.js';
import { parseClusterFile, type ParseOptions } from './parse-cluster-file.js';
import { renderClusterFile } from './render-cluster-file.js';

/**
 * Keeps what flags said in the cluster file, so that the next `up` without them means the same. A cluster without a file
 * gets one that `down` takes away again (`removeIfGenerated`), unless somebody edits it. The caller holds the lock.
 */
export async function recordSettings(
  loaded: LoadedCluster,
  targets: readonly LoadableTarget[],
): Promise<'created' | 'updated' | 'unchanged'> {
  const { cluster, sources } = loaded;
  const options: ParseOptions = { path: cluster.paths.file, targets, name: cluster.name };
  const table = targets.find(({ id }) => id === cluster.target)?.options ?? {};
  const fromFlags = Object.fromEntries(Object.entries(cluster.settings).filter(([key]) => sources[key]?.kind === 'flag')) as Record<
    string,
    OptionValue
  >;
  const text = await readClusterText(cluster.paths.file);
  if (text !== undefined && !hasValidMark(text)) return update(options, text, fromFlags);
  const before = text === undefined ? {} : valuesIn(text, options, table);
  const after = renderClusterFile(
    { name: cluster.name, target: cluster.target, schema: cluster.paths.schema, values: { ...before, ...fromFlags } },
    table,
  );
  if (withMark(after) === text) return 'unchanged';
  await writeClusterFile(options, withMark(after));
  return text === undefined ? 'created' : 'updated';
}

async function update(
  options: ParseOptions,
  text: string,
  fromFlags: Readonly<Record<string, OptionValue>>,
): Promise<'updated' | 'unchanged'> {
  const { values } = parseClusterFile(new TextEncoder().encode(text), options).file;
  const changed = Object.fromEntries(
    Object.entries(fromFlags).filter(([key, value]) => JSON.stringify(values[key]?.value) !== JSON.stringify(value)),
  );
  if (Object.keys(changed).length === 0) return 'unchanged';
  await writeClusterFile(options, setInText(text, changed));
  return 'updated';
}

function valuesIn(text: string, options: ParseOptions, table: OptionTable): Record<string, OptionValue> {
  const { values } = parseClusterFile(new TextEncoder().encode(text), options).file;
  return Object.fromEntries(Object.keys(table).flatMap((key) => (values[key] ? [[key, values[key].value as OptionValue]] : [])));
}
