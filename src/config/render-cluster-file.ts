import { pathToFileURL } from 'node:url';
import { Document, isMap, isScalar, Scalar } from 'yaml';
import type { OptionTable, OptionValue } from '../options/option.js';
import { currentVersion } from './migrate.js';

/** What a new cluster file is made of; `values` has the keys that it shall hold. */
export interface ClusterFileContent {
  readonly name: string;
  readonly target: string;
  /** Path of its JSON schema on this computer: the file may be kept elsewhere, where the line that names it is a comment. */
  readonly schema?: string;
  readonly values: Readonly<Record<string, OptionValue>>;
}

/** A new cluster file, each key under a comment that says what it sets, in the order of the table. */
export function renderClusterFile({ name, target, schema, values }: ClusterFileContent, table: OptionTable): string {
  const document = new Document({ version: currentVersion(), name, target });
  // https://github.com/redhat-developer/yaml-language-server#using-inlined-schema; an address, because a path may hold spaces.
  const forEditors = schema === undefined ? '' : ` yaml-language-server: $schema=${pathToFileURL(schema).href}\n`;
  document.commentBefore = `${forEditors} After a change: nomadctl up ${name}. All keys: nomadctl config show ${name}.`;
  for (const [key, option] of Object.entries(table)) {
    if (values[key] === undefined) continue;
    const path = key.split('.');
    document.setIn(path, document.createNode(values[key], { flow: true }));
    comment(document, path, option.summary);
  }
  return document.toString({ lineWidth: 0 });
}

function comment(document: Document, path: readonly string[], summary: string): void {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return;
  const last = path.at(-1);
  const pair = map.items.find(({ key }) => (isScalar(key) ? key.value : key) === last);
  // setIn may leave a plain string as the key; only a node can have a comment.
  const key = isScalar(pair?.key) ? pair.key : new Scalar(last);
  key.commentBefore = ` ${summary}`;
  if (pair) pair.key = key;
}
