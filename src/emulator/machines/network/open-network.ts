import { writeFile } from 'node:fs/promises';
import { PrerequisiteError } from '../../../errors.js';
import { contains, parseCidr } from '../../cidr.js';
import { EngineError, type DockerEngine } from '../engine.js';
import type { RunCommand } from '../run-command.js';
import { openBridges } from './bridges.js';
import { openForwarders } from './forwarders.js';
import { inTurns } from './in-turns.js';
import { openRules } from './iptables.js';
import { namesFor } from './names.js';
import type { Network, NetworkPlan } from './network-plan.js';
import { isSame, refuseRange, type Place } from './refuse-range.js';
import type { Bridge } from './render-rules.js';
import { sayOnce } from './say-once.js';

export interface NetworkOptions {
  /** Letters, digits and dashes. */
  readonly instance: string;
  readonly engine: DockerEngine;
  readonly run: RunCommand;
  /** Without it: see forwarders.ts, and no peering. */
  readonly isRoot: boolean;
  /** The network that all EIPs are from. */
  readonly pool: string;
  readonly onProblem: (problem: string) => void;
}

export function openNetwork({ instance, engine, run, isRoot, pool, onProblem }: NetworkOptions): Network {
  const names = namesFor(instance);
  const bridges = openBridges(names, engine);
  const rules = openRules(names, run);
  const forwarders = openForwarders();
  const inTurn = inTurns();
  const say = sayOnce(onProblem);
  let known: readonly Bridge[] = [];
  let refused: readonly Refused[] = [];

  /** @returns those that hosts are in still. */
  const remove = async (gone: readonly Bridge[]): Promise<readonly Bridge[]> => {
    const isGone = await Promise.all(gone.map((bridge) => bridges.remove(bridge)));
    return gone.filter((_, index) => !isGone[index]);
  };
  const make = async (place: Place): Promise<Refused | undefined> => {
    const why = refuseRange(place, { names, bridges: known, isRoot });
    if (why !== undefined) return { ...place, why };
    try {
      known = [...known, await bridges.make(place.vpc, place.cidr)];
      return undefined;
    } catch (error) {
      if (error instanceof EngineError && error.status >= 400) return { ...place, why: error.message };
      throw error;
    }
  };
  const applyRules = async ({ exposures, peerings }: NetworkPlan, signal?: AbortSignal): Promise<void> => {
    for (const { name } of known) await writeFile(`/proc/sys/net/ipv4/conf/${name}/route_localnet`, '1');
    await rules.apply({ names, pool, bridges: known, peerings, exposures: exposures.filter(isReachable) }, signal);
  };
  const isReachable = ({ vpc, privateIp }: { vpc: string; privateIp: string }): boolean => bridgeOf(known, vpc, privateIp) !== undefined;

  const apply = async (plan: NetworkPlan, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    const wanted: Place[] = plan.vpcs.flatMap(({ id, cidrs }) => cidrs.map((cidr) => ({ vpc: id, cidr })));
    const present = await bridges.list(signal);
    const kept = present.filter((bridge) => wanted.some((place) => isSame(place, bridge)));
    const left = await remove(present.filter((bridge) => !kept.includes(bridge)));
    known = [...kept, ...left];
    const missing = wanted.filter((place) => !known.some((bridge) => isSame(place, bridge)));
    const outcomes: (Refused | undefined)[] = [];
    for (const place of missing) outcomes.push(await make(place));
    refused = outcomes.filter((outcome) => outcome !== undefined);
    const problems = refused.map(({ vpc, cidr, why }) => `${cidr} of ${vpc} has no network: ${why}`);
    if (isRoot) await applyRules(plan, signal);
    else {
      problems.push(...plan.peerings.map(({ a, b }) => `${a} and ${b} are not joined: that takes root`));
      problems.push(...(await forwarders.apply(plan.exposures.filter(isReachable))));
    }
    say(problems);
  };

  return {
    apply: (plan, signal) => inTurn(() => apply(plan, signal)),
    networkOf(vpc, privateIp) {
      const bridge = bridgeOf(known, vpc, privateIp);
      if (bridge) return names.network(bridge.vpc, bridge.cidr);
      throw new PrerequisiteError(`There is no network for ${privateIp} of ${vpc}`, {
        code: 'emulator-network',
        why: bridgeOf(refused, vpc, privateIp)?.why ?? 'it has not been made yet',
        next: 'ip route',
      });
    },
    problemWith: (vpc, cidr) =>
      known.some((bridge) => isSame(bridge, { vpc, cidr })) ? undefined : refuseRange({ vpc, cidr }, { names, bridges: known, isRoot }),
    purge: () =>
      inTurn(async () => {
        await forwarders.close();
        if (isRoot) await rules.remove();
        known = await remove(await bridges.list());
        if (known.length > 0) throw inUse(known);
      }),
    close: () => inTurn(() => forwarders.close()),
  };
}

interface Refused extends Place {
  readonly why: string;
}

function bridgeOf<P extends Place>(places: readonly P[], vpc: string, privateIp: string): P | undefined {
  const address = parseCidr(`${privateIp}/32`);
  return places.find((place) => {
    const range = parseCidr(place.cidr);
    return place.vpc === vpc && range && address && contains(range, address);
  });
}

function inUse(bridges: readonly Bridge[]): PrerequisiteError {
  const which = bridges.map(({ vpc, cidr }) => `${cidr} of ${vpc}`).join(', ');
  return new PrerequisiteError(`The networks of ${which} could not be removed`, {
    code: 'emulator-network-in-use',
    why: 'containers are in them',
    next: 'docker ps',
  });
}
