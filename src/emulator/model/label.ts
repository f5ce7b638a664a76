import { id } from '../given.js';
import { object, required, someOf, text } from '../param.js';
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
