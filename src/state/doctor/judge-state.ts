import { readableState, resourcesOf, type RawState } from '../../terraform/inventory.js';
import type { RootName } from '../../terraform/root.js';
import type { StateCopy } from '../backup/state-copies.js';

/** What may be wrong with a root's state, by itself and beside its copies. */
export type StateTrouble = 'missing' | 'empty' | 'damaged' | 'newer-format' | 'foreign' | 'other-lineage' | 'older';

export interface StateJudgement {
  readonly trouble: StateTrouble;
  /** A sentence without a full stop. */
  readonly says: string;
  /** The copy that mends it, where there is one. */
  readonly copy?: StateCopy | undefined;
}

export interface JudgedState {
  readonly root: RootName;
  /** As it is kept; nothing where there is none. */
  readonly text: string | undefined;
  /** The newest first. */
  readonly copies: readonly StateCopy[];
  /** Whether it was applied, and what it made has not been destroyed. */
  readonly applied: boolean;
  /** The tag of what is the cluster's own, where its resources have one. */
  readonly tag?: string;
}

/** What is wrong with a state; nothing of one that is as it should be, and of one that was never made. */
export function judgeState(judged: JudgedState): StateJudgement | undefined {
  const { root, text, copies, applied } = judged;
  const [newest] = copies;
  if (text === undefined || text.trim() === '') {
    if (!applied) return undefined;
    const how = text === undefined ? 'is not there' : 'is empty';
    const made = newest ? ` and held ${countOf(newest.resources)}` : '';
    return {
      trouble: text === undefined ? 'missing' : 'empty',
      says: `the state of the ${root} ${how}${made}: terraform would make everything a second time`,
      copy: newest,
    };
  }
  const state = readableState(text);
  if (!state) return unreadable(judged, newest);
  return foreign(state, judged) ?? (applied ? beside(state, judged) : undefined);
}

function unreadable({ root, text = '' }: JudgedState, copy: StateCopy | undefined): StateJudgement {
  const version = versionIn(text);
  if (version !== undefined) {
    return { trouble: 'newer-format', says: `the state of the ${root} has format ${String(version)}, and this nomadctl reads 4`, copy };
  }
  return { trouble: 'damaged', says: `the state of the ${root} is damaged: ${problemIn(text)}`, copy };
}

/** Of a state that is whole JSON, and none that we read. */
function versionIn(text: string): unknown {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return version === 4 ? undefined : version;
  } catch {
    return undefined;
  }
}

function problemIn(text: string): string {
  try {
    JSON.parse(text);
    return 'it is JSON, and no state of terraform';
  } catch {
    return 'it is no whole JSON';
  }
}

function foreign(state: RawState, { root, tag, copies }: JudgedState): StateJudgement | undefined {
  if (tag === undefined) return undefined;
  const others = new Set(
    resourcesOf(state).flatMap(({ attributes: { tag: theirs } }) =>
      typeof theirs === 'string' && OURS.test(theirs) && theirs !== tag ? [theirs.replace(OURS, '')] : [],
    ),
  );
  if (others.size === 0) return undefined;
  const copy = copies.find(({ lineage }) => lineage !== state.lineage) ?? copies[0];
  return { trouble: 'foreign', says: `the state of the ${root} holds resources of cluster ${[...others].join(', ')}`, copy };
}

const OURS = /^nomadctl-/;

function beside(state: RawState, { root, copies }: JudgedState): StateJudgement | undefined {
  // One that was asked for may have been made of what was wrong already.
  const [newest] = [...copies.filter(({ from }) => from === 'change'), ...copies];
  if (!newest) return undefined;
  if (newest.lineage !== state.lineage) {
    return {
      trouble: 'other-lineage',
      says: `the state of the ${root} has lineage ${state.lineage}, and its copies have ${newest.lineage}: it was made elsewhere`,
      copy: newest,
    };
  }
  const [latest] = copies.filter(({ lineage }) => lineage === state.lineage).sort((a, b) => b.serial - a.serial);
  if (!latest || latest.serial <= state.serial) return undefined;
  return {
    trouble: 'older',
    says: `the state of the ${root} has serial ${state.serial}, and a copy of it has ${latest.serial}: something put an old one in its place`,
    copy: latest,
  };
}

function countOf(resources: number): string {
  return `${resources} resource${resources === 1 ? '' : 's'}`;
}
