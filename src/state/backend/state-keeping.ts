import { isDeepStrictEqual } from 'node:util';
import { OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { movedNote } from '../../terraform/backend.js';
import { readableState, type RawState } from '../../terraform/inventory.js';

/** Whether two texts are the same state, whatever their blanks and the order of their keys. */
export function isSameState(one: string, other: string): boolean {
  const [a, b] = [readableState(one), readableState(other)];
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b);
}

/**
 * Whether a state may take the place of what is there, or is there already. Nothing is lost: not another lineage, not a newer one.
 * @param there nothing where the place is empty
 * @throws OutcomeError `state-foreign`, `state-older`, `state-unreadable`
 */
export function mayReplace(
  wanted: string,
  there: string | undefined,
  {
    title,
    overDamaged = false,
    overForeign = false,
  }: { readonly title: string; readonly overDamaged?: boolean | undefined; readonly overForeign?: boolean | undefined },
): 'write' | 'kept' {
  if (there === undefined || there.trim() === '' || movedNote(there)) return 'write';
  if (overDamaged && readableState(there) === undefined) return 'write';
  if (isSameState(wanted, there)) return 'kept';
  const [mine, theirs] = [readable(wanted, 'what is to be kept'), readable(there, title)];
  if (mine.lineage !== theirs.lineage) {
    if (overForeign) return 'write';
    throw foreign(mine, theirs, title);
  }
  if (mine.serial > theirs.serial) return 'write';
  throw new OutcomeError(`${title} has a state that is as new or newer`, {
    code: 'state-older',
    why: `its serial is ${theirs.serial}, and ${mine.serial} was to be kept there: what was made since would be forgotten`,
    next: hint`${nomadctl`state backend`}   shows both`,
  });
}

function readable(text: string, what: string): RawState {
  const state = readableState(text);
  if (state) return state;
  throw new OutcomeError(`${what} is no state of terraform's`, {
    code: 'state-unreadable',
    why: `it begins with ${JSON.stringify(text.slice(0, 40))}; nothing was changed`,
    next: nomadctl`state backend`,
  });
}

function foreign(mine: RawState, theirs: RawState, title: string): OutcomeError {
  return new OutcomeError(`${title} has the state of something else`, {
    code: 'state-foreign',
    why: `its lineage is ${theirs.lineage}, and ours is ${mine.lineage}: another cluster of that name is kept there; nothing was changed`,
    next: hint`${nomadctl`state backend --help`}: another address, or another name for the cluster`,
  });
}
