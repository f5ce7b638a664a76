import type { KubeObject } from './kube-model.js';

/** What the server keeps of an object beside what was asked for. */
const OF_THE_SERVER = /^(status|metadata\.(managedFields|resourceVersion|generation|creationTimestamp|uid|selfLink))(\.|\[|$)/;

export interface Difference {
  readonly kind: string;
  readonly name: string;
  /** Absent: the object is not there yet. Else what becomes of its fields, by their paths; none: it stays. */
  readonly fields?: readonly FieldChange[];
}

interface FieldChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What the server would make of objects (its answer to a dry run) beside what is there. */
export function differencesOf(there: readonly KubeObject[], wouldBe: readonly KubeObject[]): Difference[] {
  return wouldBe.map((after) => {
    const { kind, metadata } = after;
    const before = there.find((one) => one.kind === kind && one.metadata.name === metadata.name);
    return { kind, name: metadata.name, ...(before ? { fields: changes(fieldsOf(before), fieldsOf(after)) } : {}) };
  });
}

export const isChange = ({ fields }: Difference): boolean => fields === undefined || fields.length > 0;

/** Lines for a reader: an object that comes, or each field that changes. */
export function differenceLines(differences: readonly Difference[]): string[] {
  return differences.flatMap(({ kind, name, fields }) => {
    if (fields === undefined) return [`+ ${kind} ${name}`];
    if (fields.length === 0) return [];
    return [`~ ${kind} ${name}`, ...fields.map(({ path, before, after }) => `    ${path}: ${before ?? 'none'} -> ${after ?? 'none'}`)];
  });
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FieldChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, ...pair('before', before.get(path)), ...pair('after', after.get(path)) }));
}

const pair = <Key extends string>(key: Key, value: string | undefined): object => (value === undefined ? {} : { [key]: value });

function fieldsOf(object: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  collect(object, '', fields);
  return fields;
}

function collect(value: unknown, path: string, into: Map<string, string>): void {
  if (OF_THE_SERVER.test(path)) return;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item])
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}${/^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`}`, item])
      : [];
  if (entries.length === 0) into.set(path, JSON.stringify(value) ?? 'none');
  for (const [at, item] of entries) collect(item, at, into);
}
