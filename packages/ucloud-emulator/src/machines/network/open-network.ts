import { writeFile } from 'node:fs/promises';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import type { DockerEngine } from '../engine.js';
import type { RunCommand } from '../run-command.js';
import { openBridges } from './bridges.js';
import { openForwarders } from './forwarders.js';
import { openRules } from './iptables.js';
import { namesFor } from './names.js';
import type { Exposure, Forward, Network, NetworkPlan } from './network-plan.js';
import { isIn, isSame, placeOf } from './place.js';
import { reconcileAddresses } from './inner-addresses.js';
import { reconcileBridges, removeBridges, type Outcome } from './reconcile-bridges.js';
import { refuseRange } from './refuse-range.js';
import type { Bridge } from './render-rules.js';

export interface NetworkOptions {
  /** Letters, digits and dashes. */
  readonly instance: string;
  readonly engine: DockerEngine;
  readonly run: RunCommand;
  /** Without it: see forwarders.ts, and no peering. */
  readonly isRoot: boolean;
  /** The network that all EIPs are from. */
  readonly pool: string;
  /** That hosts are told to ask. */
  readonly nameservers?: readonly string[];
  readonly onProblem: (problem: string) => void;
}

export function openNetwork({ instance, engine, run, isRoot, pool, nameservers = [], onProblem }: NetworkOptions): Network {
  const names = namesFor(instance);
  const bridges = openBridges(names, engine);
  const rules = openRules(names, run);
  const forwarders = openForwarders();
  const serialised = serialise();
  const report = reportNew(onProblem);
  let { known, refused }: Outcome = { known: [], refused: [] };

  const expose = async ({ peerings, ...plan }: NetworkPlan, signal?: AbortSignal): Promise<readonly string[]> => {
    const isHere = ({ vpc, privateIp }: Exposure): boolean => placeOf(known, vpc, privateIp) !== undefined;
    const exposures = plan.exposures.filter((exposure) => isHere(exposure) && isIn(pool, exposure.eip));
    const direct = exposures.filter(({ forward }) => forward === undefined);
    const forwarded = exposures.filter(({ forward }) => forward !== undefined);
    if (!isRoot) return [...peerings.map(unpeered), ...forwarded.map(unforwarded), ...(await forwarders.apply(direct))];
    for (const { name } of known) await letLoopbackOut(name);
    await reconcileAddresses(plan.balancers, { bridges: known, run, signal });
    const balancers = plan.balancers.filter(({ address, inside }) => inside !== undefined || isIn(pool, address));
    const possible = forwarded.filter(({ forward }) => forward && canForward(forward));
    await rules.apply(
      { names, pool, bridges: known, peerings, exposures: [...direct, ...possible], balancers, ways: plan.ways, nameservers },
      signal,
    );
    return forwarded.filter((exposure) => !possible.includes(exposure)).map(shifted);
  };
  const apply = async (plan: NetworkPlan, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    const wanted = plan.vpcs.flatMap(({ id, cidrs }) => cidrs.map((cidr) => ({ vpc: id, cidr })));
    ({ known, refused } = await reconcileBridges(wanted, { bridges, names, isRoot, signal }));
    const closed = await expose(plan, signal);
    report([
      ...refused.map(({ vpc, cidr, why }) => `${cidr} of ${vpc} has no network: ${why}`),
      ...plan.exposures.filter(({ eip }) => !isIn(pool, eip)).map(({ eip }) => `${eip} leads nowhere: it is not one of ${pool}`),
      ...closed,
    ]);
  };
  /** Rules that outlive the emulator would lead to addresses that others may have by then. */
  const shut = async (): Promise<void> => {
    await forwarders.close();
    if (isRoot) await rules.remove();
  };
  const purge = async (): Promise<void> => {
    await shut();
    known = await removeBridges(bridges, await bridges.list());
    if (known.length > 0) throw inUse(known);
  };

  return {
    apply: (plan, signal) => serialised(() => apply(plan, signal)),
    networkOf(vpc, privateIp) {
      const bridge = placeOf(known, vpc, privateIp);
      if (!bridge) throw noNetwork(`${privateIp} of ${vpc}`, placeOf(refused, vpc, privateIp)?.why);
      return names.network(bridge.vpc, bridge.cidr);
    },
    problemWith: (vpc, cidr) =>
      known.some((bridge) => isSame(bridge, { vpc, cidr })) ? undefined : refuseRange({ vpc, cidr }, { names, bridges: known, isRoot }),
    purge: () => serialised(purge),
    close: () => serialised(shut),
  };
}

/** Runs work one after the other, in the order of the calls. A failure is its caller's alone. */
function serialise(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Reports the problems that the list before did not have: one that stays is reported once, one that comes back again. */
function reportNew(report: (problem: string) => void): (problems: readonly string[]) => void {
  let before: ReadonlySet<string> = new Set();
  return (problems) => {
    for (const problem of new Set(problems)) if (!before.has(problem)) report(problem);
    before = new Set(problems);
  };
}

/** What comes from a loopback address is otherwise not let out, nor the answer in: ip-sysctl in the kernel's documentation. */
async function letLoopbackOut(bridge: string): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1').catch((cause: NodeJS.ErrnoException) => {
    const isElsewhere = cause.code === 'ENOENT';
    throw new PrerequisiteError(`The bridge ${bridge} can not be set up`, {
      code: 'emulator-bridge',
      cause,
      why: isElsewhere ? 'it is not on this computer: the container engine runs in a virtual machine, or elsewhere' : cause.message,
      next: shell`docker context ls`,
    });
  });
}

const unpeered = ({ a, b }: { readonly a: string; readonly b: string }): string => `${a} and ${b} are not joined: that takes root`;

/** A port, or ports that stay as they are. */
const canForward = ({ ports, to }: Forward): boolean => to === ports || !/-/.test(ports + to);

const shifted = ({ eip, forward }: Exposure): string =>
  `${forward?.ports} of ${eip} leads nowhere: a range can not lead to another one (${forward?.to}) on this computer`;

const unforwarded = ({ eip, forward }: Exposure): string =>
  `${forward?.ports} of ${eip} leads nowhere: NAT gateways and load balancers take root`;

function noNetwork(whose: string, why = 'it has not been made yet'): PrerequisiteError {
  return new PrerequisiteError(`There is no network for ${whose}`, { code: 'emulator-network', why, next: shell`ip route` });
}

function inUse(bridges: readonly Bridge[]): PrerequisiteError {
  const which = bridges.map(({ vpc, cidr }) => `${cidr} of ${vpc}`).join(', ');
  return new PrerequisiteError(`The networks ${which} could not be removed`, {
    code: 'emulator-network-in-use',
    why: 'containers are in them',
    next: shell`docker ps`,
  });
}
