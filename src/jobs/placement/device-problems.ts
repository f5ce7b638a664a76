import type { DeviceSpec } from '../../clients/nomad-job-model.js';
import type { NodeDevice } from '../../clients/nomad-node-model.js';
import { nameOf, occupying, type Ask } from './node-load.js';

const MISSING = 'missing devices';

/** Devices that a node does not have, or not free, a sentence each. */
export function deviceProblems(ask: Ask): string[] {
  const { group, load, metric } = ask;
  const wanted = group.Tasks.flatMap(({ Resources }) => Resources?.Devices ?? []);
  const has = load.node.NodeResources?.Devices ?? [];
  const found = wanted.flatMap((device) => deviceProblem(device, ask) ?? []);
  if (found.length > 0 || !(metric.ConstraintFiltered?.[MISSING] ?? 0)) return found;
  // There are enough, so it is what is asked of them.
  return wanted
    .filter(({ Constraints }) => (Constraints ?? []).length > 0)
    .map(({ Name, Constraints }) => {
      const asked = (Constraints ?? []).map(({ LTarget = '', Operand = '', RTarget = '' }) => `${nameOf(LTarget)} ${Operand} ${RTarget}`);
      return `has device ${has.map(pathOf).join(' and ')}, must have ${Name} with ${asked.join(' and ')}`;
    });
}

function deviceProblem({ Name, Count }: DeviceSpec, { load }: Ask): string | undefined {
  const count = Count ?? 1;
  const all = load.node.NodeResources?.Devices ?? [];
  const matching = all.filter((device) => isMeant(Name, device));
  const instances = matching.flatMap(({ Instances }) => Instances);
  const healthy = instances.filter(({ Healthy }) => Healthy);
  const taken = new Set(
    occupying(load).flatMap(({ AllocatedResources }) =>
      Object.values(AllocatedResources.Tasks).flatMap(({ Devices }) => (Devices ?? []).flatMap(({ DeviceIDs }) => DeviceIDs)),
    ),
  );
  const free = healthy.filter(({ ID }) => !taken.has(ID));
  if (instances.length === 0)
    return `has ${all.length > 0 ? `device ${all.map(pathOf).join(' and ')}` : 'no device'}, must have ${count} ${Name}`;
  if (healthy.length < count) return `needs ${count} of device ${Name}, ${healthy.length} of ${instances.length} are healthy`;
  return free.length < count ? `needs ${count} of device ${Name}, ${free.length} of ${healthy.length} are free` : undefined;
}

function isMeant(name: string, { Vendor, Type, Name }: NodeDevice): boolean {
  const parts = name.split('/');
  if (parts.length === 1) return parts[0] === Type;
  return parts[0] === Vendor && parts[1] === Type && (parts.length === 2 || parts.slice(2).join('/') === Name);
}

function pathOf({ Vendor, Type, Name }: NodeDevice): string {
  return [Vendor, Type, Name].join('/');
}
