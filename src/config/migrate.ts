import type { Document } from 'yaml';
import { parseYaml } from './yaml-entries.js';

/** Brings a file of one version to the next, in place on a copy. Comments and places survive where nodes are moved, not remade. */
export type Migration = (document: Document) => void;

/** The first takes version 1 to 2, and so on. A release that changes the file's meaning adds one at the end. */
export const migrations: readonly Migration[] = [];

/** The version that this nomadctl writes. */
export function currentVersion(list: readonly Migration[] = migrations): number {
  return list.length + 1;
}

/** A copy of the document in the current version. Expects a whole `version` between 1 and the current one. */
export function migrate(document: Document, version: number, list: readonly Migration[] = migrations): Document {
  const copy = document.clone() as Document;
  for (const migration of list.slice(version - 1)) migration(copy);
  if (version !== currentVersion(list)) copy.set('version', currentVersion(list));
  return copy;
}

/** The text of a file in the current version, before it is edited; as it is when it needs nothing. Expects YAML. */
export function migrateText(text: string, list: readonly Migration[] = migrations): string {
  const document = parseYaml(text);
  const version = Number(document.get('version'));
  const isOlder = Number.isInteger(version) && version >= 1 && version < currentVersion(list);
  return isOlder ? migrate(document, version, list).toString({ lineWidth: 0 }) : text;
}
