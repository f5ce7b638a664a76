import type { GroupSpec, PortSpec } from '../../clients/nomad-job-model.js';
import type { Node, NodeAddress } from '../../clients/nomad-node-model.js';
import type { AllocationInFull } from '../../clients/nomad-rollout-model.js';
import { occupying, valueOn, type Ask } from './node-load.js';

const DEFAULT_NETWORK = 'default';

/** Host networks and modes that a node does not have, a sentence each. */
export function networkProblems({ group, load: { node } }: Ask): string[] {
  const network = group.Networks?.[0];
  if (!network) return [];
  const mode = network.Mode || 'host';
  const modes = [...new Set((node.NodeResources?.Networks ?? []).map(({ Mode }) => Mode || 'host'))];
  if (mode !== 'none' && modes.length > 0 && !modes.includes(mode)) return [`has network mode ${modes.join(' and ')}, must have ${mode}`];
  const ports = [...(network.ReservedPorts ?? []), ...(network.DynamicPorts ?? [])].filter(({ HostNetwork }) => HostNetwork);
  return ports.filter((port) => addressesFor(node, port).length === 0).map((port) => noHostNetwork(node, port));
}

function noHostNetwork(node: Node, { HostNetwork = '', Label }: PortSpec): string {
  const wanted = valueOn(node, HostNetwork);
  if (wanted === undefined) return `${HostNetwork} is not set, must name the host network of port ${Label}`;
  const names = [...new Set(addressesOf(node).map(({ Alias }) => Alias))];
  return `has ${names.length > 0 ? `host network ${names.join(' and ')}` : 'no host network'}, must have ${wanted} for port ${Label}`;
}

/** Ports that are not to be had, a sentence each. */
export function portProblems(ask: Ask): string[] {
  const { group, load, metric } = ask;
  const taken = staticPorts(group).flatMap((port) => takenPort(ask, port) ?? []);
  const { MinDynamicPort = 0, MaxDynamicPort = 0 } = load.node.NodeResources ?? {};
  const isFull = Object.keys(metric.DimensionExhausted ?? {}).some((key) => /dynamic port/.test(key));
  return [
    ...taken,
    ...(isFull && taken.length === 0 ? [`needs a port between ${MinDynamicPort} and ${MaxDynamicPort}, all are taken`] : []),
  ];
}

/** A static port of which a node gives one allocation what several want. */
export function portForOne({ group, metric }: Ask): string | undefined {
  const collision = Object.keys(metric.DimensionExhausted ?? {}).find((key) => /reserved port collision/.test(key));
  const port = staticPorts(group).find(({ Value }) => collision?.endsWith(`=${Value}`));
  return port && `has room for 1, not for all: each needs static port ${port.Value} (${port.Label})`;
}

/** With a place of their own on the host: all but those of which the job says that they may be shared. */
export function staticPorts(group: GroupSpec): (PortSpec & { readonly Value: number })[] {
  return (group.Networks?.[0]?.ReservedPorts ?? []).flatMap((port) =>
    port.Value && port.IgnoreCollision !== true ? [{ ...port, Value: port.Value }] : [],
  );
}

function takenPort({ load, spec }: Ask, port: PortSpec & { readonly Value: number }): string | undefined {
  const { node } = load;
  const addresses = addressesFor(node, port);
  const holders = addresses.map((address) => holderOf(address, port.Value, { node, allocations: occupying(load) }));
  // Nomad takes another address of the same network.
  if (addresses.length === 0 || holders.includes(undefined)) return undefined;
  const [holder] = holders;
  const who = typeof holder === 'string' ? holder : holder && holderName(holder, spec.ID);
  return `needs static port ${port.Value} (${port.Label}), ${who} has it`;
}

type Holder = AllocationInFull | string;

function holderOf({ Address, ReservedPorts = '' }: NodeAddress, port: number, { node, allocations }: Ask['load']): Holder | undefined {
  if (isListed(ReservedPorts, port) || isListed(node.ReservedResources?.Networks?.ReservedHostPorts ?? '', port))
    return 'the rest of the host';
  return allocations.find(({ AllocatedResources }) =>
    (AllocatedResources.Shared.Ports ?? []).some(({ Value, HostIP }) => Value === port && HostIP === Address),
  );
}

/** Who holds something, as a reader would look for it. */
export function holderName({ JobID, TaskGroup, ID }: Pick<AllocationInFull, 'JobID' | 'TaskGroup' | 'ID'>, job: string): string {
  return `${JobID === job ? `group ${TaskGroup} of this job` : `job ${JobID}`} (allocation ${ID.slice(0, 8)})`;
}

/** Whether `22,80,8500-8600` names a port. */
function isListed(ports: string, port: number): boolean {
  return ports.split(',').some((part) => {
    const [first = NaN, last = first] = part.split('-').map((text) => (text.trim() === '' ? NaN : Number(text)));
    return port >= first && port <= last;
  });
}

function addressesOf(node: Node): NodeAddress[] {
  return (node.NodeResources?.NodeNetworks ?? []).flatMap(({ Addresses }) => Addresses ?? []);
}

function addressesFor(node: Node, { HostNetwork }: PortSpec): NodeAddress[] {
  const wanted = HostNetwork ? valueOn(node, HostNetwork) : DEFAULT_NETWORK;
  return addressesOf(node).filter(({ Alias }) => Alias === wanted);
}
