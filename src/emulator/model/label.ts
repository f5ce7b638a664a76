import { id } from '../given.js';
import { integer, object, required, someOf, text, withDefault } from '../param.js';
import type { Label } from '../records/account.js';
import { kinds } from '../records/kinds.js';
import { Refusal } from '../refusal.js';
import type { Scope } from '../scope.js';

export interface AskedLabel {
  readonly Key: string;
  readonly Value: string;
}

const word = () => required(text({ min: 1, max: 128 }));
export const labelsParam = someOf(object({ Key: word(), Value: word() }), { max: 100 });
export const resourceIds = someOf(id(), { max: 100 });

/** Lists of labels are shorter by default than other lists, and never longer than 100. */
export const labelPaging = {
  Limit: withDefault(integer({ min: 0, max: 100 }), 10),
  Offset: withDefault(integer({ min: 0, max: 10_000_000 }), 0),
};

/** Resources that carry all of these labels. */
export function carriersOf(scope: Scope, asked: readonly AskedLabel[]): string[] {
  const [first = [], ...others] = asked.map((label) => findLabel(scope, label)?.resources ?? []);
  return first.filter((resource) => others.every((resources) => resources.includes(resource)));
}

/** UCloud's ids begin with the type. */
export const resourceTypeOf = (resource: string): string => resource.split('-', 1)[0] ?? '';

export function findLabel(scope: Scope, { Key, Value }: AskedLabel): Label | undefined {
  return scope.list('label').find(({ name, value }) => name === Key && value === Value);
}

/** @throws Refusal */
export function needLabel(scope: Scope, asked: AskedLabel): Label {
  const label = findLabel(scope, asked);
  if (!label) throw new Refusal(kinds.label.notFound, `The label [${asked.Key}=${asked.Value}] not exists`);
  return label;
}

export function showLabel({ name, value }: Label): object {
  return { Category: 'custom', Key: name, Value: value };
}
