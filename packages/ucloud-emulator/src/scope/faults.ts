import { matchesAction } from './match-action.js';

/**
 * What can be made to go wrong. Those of the first group happen to requests, by action, count and probability; those of
 * the second are conditions that last until they are taken away.
 */
export type FaultEffect =
  | { readonly kind: 'ret-code'; readonly code: number; readonly message?: string | undefined }
  | { readonly kind: 'http-status'; readonly status: number }
  /** Real milliseconds, whatever the cloud's clock does. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Takes the request and never answers; nothing is done. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Reads answer as of so long ago by the cloud's clock. */
  | { readonly kind: 'stale'; readonly ms: number }
  /** The host that this request creates or resizes ends in this state. */
  | { readonly kind: 'host-state'; readonly state: 'Install Fail' | 'ResizeFail' }
  | { readonly kind: 'quota'; readonly resource: string; readonly limit: number }
  | { readonly kind: 'sold-out'; readonly zone?: string | undefined; readonly machineType?: string | undefined }
  /** A resource that the emulator does not know is in a subnet. */
  | { readonly kind: 'foreign-holder'; readonly subnet: string; readonly resource: string; readonly resourceType?: string | undefined };

export interface FaultSpec {
  readonly effect: FaultEffect;
  /** Which requests: a name, `Describe*`, or `*`. Default `*`. */
  readonly action?: string | undefined;
  /** Only requests with these parameters. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Lets the first ones pass. */
  readonly skip?: number | undefined;
  /** How often it strikes; default: every time. */
  readonly count?: number | undefined;
  /** 0 to 1. */
  readonly probability?: number | undefined;
}

export interface Fault extends FaultSpec {
  readonly id: string;
  readonly struck: number;
}

export interface Faults {
  add(spec: FaultSpec): Fault;
  list(): readonly Fault[];
  /** @returns false when there is none of that id. */
  remove(id: string): boolean;
  clear(): void;
  /** Those that strike this request; each is counted. */
  strike(action: string, params: ReadonlyMap<string, string>): readonly FaultEffect[];
  conditions<K extends ConditionKind>(kind: K): readonly Extract<FaultEffect, { kind: K }>[];
}

export type ConditionKind = (typeof CONDITIONS)[number];
const CONDITIONS = ['quota', 'sold-out', 'foreign-holder'] as const;

interface Entry {
  readonly id: string;
  readonly spec: FaultSpec;
  seen: number;
  struck: number;
}

/** @param random from 0 to below 1, so that a test can repeat what chance did. */
export function createFaults(random: () => number = Math.random): Faults {
  const entries = new Map<string, Entry>();
  let last = 0;
  const show = ({ id, spec, struck }: Entry): Fault => ({ id, ...spec, struck });
  const strikes = (entry: Entry): boolean => {
    const { skip = 0, count = Infinity, probability = 1 } = entry.spec;
    entry.seen++;
    if (entry.seen <= skip || entry.struck >= count || random() >= probability) return false;
    entry.struck++;
    return true;
  };
  return {
    add(spec) {
      const entry: Entry = { id: `fault-${++last}`, spec, seen: 0, struck: 0 };
      entries.set(entry.id, entry);
      return show(entry);
    },
    list: () => [...entries.values()].map(show),
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    strike(action, params) {
      if (entries.size === 0) return [];
      const hit = [...entries.values()].filter(
        (entry) => !isCondition(entry.spec.effect) && concerns(entry.spec, { action, params }) && strikes(entry),
      );
      return hit.map(({ spec }) => spec.effect);
    },
    conditions: <K extends ConditionKind>(kind: K) =>
      [...entries.values()]
        .map(({ spec }) => spec.effect)
        .filter((effect): effect is Extract<FaultEffect, { kind: K }> => effect.kind === kind),
  };
}

function isCondition({ kind }: FaultEffect): boolean {
  return (CONDITIONS as readonly string[]).includes(kind);
}

function concerns(
  { action = '*', params }: FaultSpec,
  request: { readonly action: string; readonly params: ReadonlyMap<string, string> },
): boolean {
  return matchesAction(action, request.action) && Object.entries(params ?? {}).every(([name, value]) => request.params.get(name) === value);
}
