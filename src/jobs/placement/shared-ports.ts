import type { GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { DesiredUpdates } from '../../clients/nomad-plan-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { holderName, staticPorts } from './network-problems.js';

/** Who has a port where all clients share one address. */
export interface SharedAddress {
  /** What runs of all jobs, with its ports. */
  readonly running: readonly Allocation[];
  /** Whether any program listens on a port there. */
  isTaken(port: number): Promise<boolean>;
  /** Clients have addresses of their own besides, which jobs know as `${meta.address}`. */
  readonly haveOwn: boolean;
}

export interface SharedAsk {
  readonly spec: JobSpec;
  readonly updates: Readonly<Record<string, DesiredUpdates>>;
  readonly at: SharedAddress;
}

/** Where clients have addresses of their own. */
export const WAY_OUT = "on a client's own address, ${meta.address}, a job may have the port on every client";

const SHARED = 'all clients of this computer share 127.0.0.1';

/**
 * Static ports of a job that Nomad would give to more than one allocation, or has given to another job, a sentence each: it knows
 * nothing of clients that share an address. A group that listens on an address of the client's own is left out.
 */
export async function sharedPortProblems(ask: SharedAsk): Promise<string[]> {
  const claims = ask.spec.TaskGroups.filter((group) => !(ask.at.haveOwn && listensOnOwn(group))).flatMap((group) =>
    staticPorts(group).map(({ Value, Label }) => ({ group, port: Value, label: Label, count: countOf(group, ask) })),
  );
  const looks = await Promise.all(claims.filter(({ count }) => count > 0).map((claim) => problemOf(claim, claims, ask)));
  const problems = looks.filter((problem) => problem !== undefined);
  return problems.length > 0 && ask.at.haveOwn ? [...problems, WAY_OUT] : problems;
}

interface Claim {
  readonly group: GroupSpec;
  readonly port: number;
  readonly label: string;
  /** How many allocations want it at the same time. */
  readonly count: number;
}

async function problemOf(
  { group, port, label, count }: Claim,
  claims: readonly Claim[],
  { spec, at }: SharedAsk,
): Promise<string | undefined> {
  const needs = (who: string): string => `group ${group.Name} · ${who} static port ${port} (${label})`;
  if (count > 1) return `${needs(`${count} allocations need`)} at once, which one can have: ${SHARED}`;
  const rival = claims.find((other) => other.port === port && other.group !== group && other.count > 0);
  if (rival) return `${needs('needs')}, and so does group ${rival.group.Name}: ${SHARED}`;
  const holders = at.running.filter(({ AllocatedResources }) =>
    (AllocatedResources?.Shared.Ports ?? []).some(({ Value }) => Value === port),
  );
  const isOwn = ({ JobID, Namespace, TaskGroup }: Allocation): boolean =>
    JobID === spec.ID && Namespace === (spec.Namespace ?? 'default') && TaskGroup === group.Name;
  const other = holders.find((one) => !isOwn(one));
  const isTaken = await at.isTaken(port);
  // Another job may have it on an address of its client's own, where nothing is in the way.
  if (other && (isTaken || other.ClientStatus === 'pending'))
    return `${needs('needs')}, ${holderName(other, spec.ID)} on ${other.NodeName} has it: ${SHARED}`;
  if (holders.length > 0 || !isTaken) return undefined;
  return `${needs('needs')}, a program that is no job of this cluster listens there on 127.0.0.1`;
}

/** Canaries run beside those that they may replace. */
function countOf(group: GroupSpec, { spec, updates }: SharedAsk): number {
  const update = updates[group.Name];
  if (!update) return 0;
  const { Place, Ignore, Migrate, InPlaceUpdate, DestructiveUpdate, Canary } = update;
  const isEverywhere = spec.Type === 'system' || spec.Type === 'sysbatch';
  return isEverywhere ? Place + Ignore + Migrate + InPlaceUpdate + DestructiveUpdate : group.Count + Canary;
}

function listensOnOwn(group: GroupSpec): boolean {
  return JSON.stringify(group).includes('meta.address');
}
