import type { Action } from '../action.js';
import { getProjectList } from './get-project-list.js';
import { getRegion } from './get-region.js';

/** Every action, by subject. A new one is a file beside this and a line here. */
export const actions: readonly Action[] = [getRegion, getProjectList];

const byName = new Map(actions.map((action) => [action.name, action]));

export function findAction(name: string): Action | undefined {
  return byName.get(name);
}
