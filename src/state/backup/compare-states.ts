import { addressesIn, readableState, resourcesOf, type RawState } from '../../terraform/inventory.js';

/** What putting a state back would change, in words, and what it would write. */
export interface StateChange {
  /** Nothing: the state that is there says the same. */
  readonly write: string | undefined;
  readonly says: string;
  /** What is there is whole, and would be lost. */
  readonly overwrites: boolean;
  /** What is there holds resources under another lineage: it is somebody else's. */
  readonly otherLineage: boolean;
}

const SHOWN = 4;

/**
 * Compares a root's state with a copy of it. The copy is written with a serial above all that there were of its lineage, so that
 * nobody takes it for an old one.
 * @param copies serials of other states of the same root that are known
 */
export function compareStates(
  current: string | undefined,
  wanted: string,
  copies: readonly Pick<RawState, 'serial' | 'lineage'>[] = [],
): StateChange {
  const copy = readableState(wanted);
  if (!copy)
    return { write: undefined, says: 'was damaged when it was copied, and is left as it is', overwrites: false, otherLineage: false };
  const now = readableState(current ?? '');
  if (now && isSame(now, copy)) return { write: undefined, says: `serial ${now.serial}, as it is`, overwrites: false, otherLineage: false };
  const relatives = [...(now ? [now] : []), ...copies].filter(({ lineage }) => lineage === copy.lineage);
  const highest = Math.max(0, ...relatives.map(({ serial }) => serial));
  const isTaken = now?.lineage === copy.lineage && now.serial === copy.serial;
  const serial = copy.serial >= highest && !isTaken ? copy.serial : highest + 1;
  const text = serial === copy.serial ? wanted : `${JSON.stringify({ ...copy, serial }, null, 2)}\n`;
  const held = now ? resourcesOf(now).length : 0;
  return {
    write: text,
    says: now ? `serial ${now.serial} -> ${serial}${differences(now, copy)}` : `${absence(current)} -> serial ${serial}, ${count(copy)}`,
    overwrites: held > 0,
    otherLineage: now !== undefined && held > 0 && now.lineage !== copy.lineage,
  };
}

/** Whether two states say the same, whatever their serials. */
export function isSame(one: RawState, other: RawState): boolean {
  const said = ({ lineage, resources, outputs }: RawState): string => JSON.stringify([lineage, resources, outputs ?? {}]);
  return said(one) === said(other);
}

function absence(current: string | undefined): string {
  if (current === undefined) return 'not there';
  return current.trim() === '' ? 'empty' : 'damaged';
}

function differences(now: RawState, copy: RawState): string {
  const [have, get] = [addressesIn(now), addressesIn(copy)];
  const comes = get.filter((address) => !have.includes(address));
  const goes = have.filter((address) => !get.includes(address));
  if (comes.length + goes.length === 0) return `, ${count(copy)}, some with other values`;
  return `, ${count(copy)}${listed('+', comes)}${listed('-', goes)}`;
}

function listed(sign: string, addresses: readonly string[]): string {
  if (addresses.length === 0) return '';
  const more = addresses.length > SHOWN ? ` and ${addresses.length - SHOWN} more` : '';
  return `; ${sign} ${addresses.slice(0, SHOWN).join(', ')}${more}`;
}

function count(state: RawState): string {
  const { length } = resourcesOf(state);
  return `${length} resource${length === 1 ? '' : 's'}`;
}
