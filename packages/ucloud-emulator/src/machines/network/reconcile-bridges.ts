import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { EngineError } from '../engine.js';
import type { Bridges } from './bridges.js';
import type { Names } from './names.js';
import { isSame, type Place } from './place.js';
import { refuseRange } from './refuse-range.js';
import type { Bridge } from './render-rules.js';

export interface Refused extends Place {
  readonly why: string;
}

export interface Outcome {
  /** All that are there, with those that hosts are leaving. */
  readonly known: readonly Bridge[];
  readonly refused: readonly Refused[];
}

export interface Reconciling {
  readonly bridges: Bridges;
  readonly names: Names;
  readonly isRoot: boolean;
  readonly signal: AbortSignal | undefined;
}

const ROUNDS = 3;

/** Makes the bridges that are wanted and removes the others. What can not be had keeps nothing else from being made. */
export async function reconcileBridges(wanted: readonly Place[], parts: Reconciling): Promise<Outcome> {
  for (let round = 1; ; round++) {
    const outcome = await reconcileOnce(wanted, parts);
    const present = await parts.bridges.list(parts.signal);
    // What a process of this instance had asked for before it was killed may come, or go, while we look.
    if (round === ROUNDS || isSameSet(outcome.known, present)) return outcome;
  }
}

function isSameSet(some: readonly Place[], others: readonly Place[]): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => isSame(one, other)));
}

async function reconcileOnce(wanted: readonly Place[], { bridges, names, isRoot, signal }: Reconciling): Promise<Outcome> {
  const present = await bridges.list(signal);
  const isWanted = (bridge: Bridge): boolean => wanted.some((place) => isSame(place, bridge));
  const left = await removeBridges(
    bridges,
    present.filter((bridge) => !isWanted(bridge)),
  );
  const known = [...present.filter(isWanted), ...left];
  const refused: Refused[] = [];
  // One after the other: of two that overlap, the first is made.
  for (const place of wanted.filter((one) => !known.some((bridge) => isSame(one, bridge)))) {
    const made = await makeBridge(place, { bridges, why: refuseRange(place, { names, bridges: known, isRoot }) });
    if ('why' in made) refused.push(made);
    else known.push(made);
  }
  return { known, refused };
}

/** @returns those that are still there, because hosts are in them. */
export async function removeBridges(bridges: Bridges, gone: readonly Bridge[]): Promise<readonly Bridge[]> {
  const isGone = await mapBounded(gone, PROCESSES_AT_ONCE, (bridge) => bridges.remove(bridge));
  return gone.filter((_, index) => !isGone[index]);
}

async function makeBridge(
  { vpc, cidr }: Place,
  { bridges, why }: { readonly bridges: Bridges; readonly why: string | undefined },
): Promise<Bridge | Refused> {
  if (why !== undefined) return { vpc, cidr, why };
  try {
    return await bridges.make(vpc, cidr);
  } catch (error) {
    if (error instanceof EngineError && error.status >= 400) return { vpc, cidr, why: error.message };
    throw error;
  }
}
