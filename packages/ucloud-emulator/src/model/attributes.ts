import { name, remark } from '../params/shared-params.js';
import { text, type Values } from '../params/param.js';
import type { Kind, Records } from '../records/kinds.js';
import type { Scope } from '../scope/scope.js';

/** What every resource may be called, in the actions that change it. Absent ones stay. */
export const attributes = { Name: name(), Tag: text({ max: 63 }), Remark: remark() };

/** @throws Refusal for a resource that is not there. */
export function changeAttributes<K extends Kind>(
  scope: Scope,
  [kind, id]: readonly [kind: K, id: string],
  { Name, Tag, Remark }: Values<typeof attributes>,
): void {
  const record: Records[K] = scope.need(kind, id);
  scope.put(kind, { ...record, name: Name ?? record.name, tag: Tag ?? record.tag, remark: Remark ?? record.remark });
}
