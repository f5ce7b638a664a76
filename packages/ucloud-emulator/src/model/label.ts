import { id } from '../params/shared-params.js';
import { integer, list, object, required, someOf, text, withDefault } from '../params/param.js';
import type { Label } from '../records/account.js';
import type { Resource } from '../records/resource.js';
import { kinds, type Kind } from '../records/kinds.js';
import { invalid, Refusal } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';

export interface AskedLabel {
  readonly Key: string;
  readonly Value: string;
}

const word = () => required(text({ min: 1, max: 128 }));
const label = object({ Key: word(), Value: word() });
export const labelsParam = someOf(label, { max: 100 });
export const optionalLabels = list(label, { max: 100 });
export const resourceIds = someOf(id(), { max: 100 });

/** Lists of labels are shorter by default than other lists, and never longer than 100. */
export const labelPaging = {
  Limit: withDefault(integer({ min: 0, max: 100 }), 10),
  Offset: withDefault(integer({ min: 0, max: 10_000_000 }), 0),
};

/** Kinds that take labels. UCloud does not document which do; here parts of other resources do not. */
const LABELLED: readonly Kind[] = [
  ...([
    'vpc',
    'subnet',
    'peering',
    'vip',
    'networkInterface',
    'routeTable',
    'natGateway',
    'firewall',
    'isolationGroup',
    'host',
    'keyPair',
  ] as const),
  ...(['disk', 'snapshot', 'image', 'eip', 'shareBandwidth', 'ulb', 'ssl'] as const),
];

/** Whatever carries labels. */
export function findLabelled(scope: Scope, id: string): Resource | undefined {
  for (const kind of LABELLED) {
    const found = scope.find(kind, id);
    if (found) return found;
  }
  return undefined;
}

/** @throws Refusal for what does not exist here, or takes no labels. */
export function checkLabelled(scope: Scope, resources: readonly string[]): void {
  for (const resource of resources) {
    if (findLabelled(scope, resource)) continue;
    const meant = LABELLED.find((kind) => kinds[kind].prefix === resourceTypeOf(resource));
    if (!meant) throw invalid('ResourceIds', `${resource.slice(0, 100)} takes no labels`);
    scope.need(meant, resource);
  }
}

export function bindLabel(scope: Scope, bound: Label, resources: readonly string[]): void {
  scope.put('label', { ...bound, resources: [...new Set([...bound.resources, ...resources])] });
}

/** Those that a resource is created with are made on the way. */
export function labelNew(scope: Scope, asked: readonly AskedLabel[], resources: readonly string[]): void {
  for (const one of asked) bindLabel(scope, findLabel(scope, one) ?? createLabel(scope, one), resources);
}

export function createLabel(scope: Scope, { Key, Value }: AskedLabel): Label {
  return scope.put('label', { ...scope.create('label', { name: Key }), value: Value, resources: [] });
}

/** Resources that carry all of these labels. */
export function carriersOf(scope: Scope, asked: readonly AskedLabel[]): string[] {
  const [first = [], ...others] = asked.map((one) => findLabel(scope, one)?.resources ?? []);
  return first.filter((resource) => others.every((resources) => resources.includes(resource)));
}

/** UCloud's ids begin with the type. */
export const resourceTypeOf = (resource: string): string => resource.split('-', 1)[0] ?? '';

export function findLabel(scope: Scope, { Key, Value }: AskedLabel): Label | undefined {
  return scope.list('label').find(({ name, value }) => name === Key && value === Value);
}

/** @throws Refusal */
export function needLabel(scope: Scope, asked: AskedLabel): Label {
  const found = findLabel(scope, asked);
  if (!found) throw new Refusal(kinds.label.notFound, `The label [${asked.Key}=${asked.Value}] not exists`);
  return found;
}

export function showLabel({ name, value }: Label): object {
  return { Category: 'custom', Key: name, Value: value };
}
