import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { Target } from '../../targets/target.js';

/**
 * What shows that states are all right where they are now. Where hosts are terraform's, its plan has nothing to do with them; on this
 * computer it makes none, and `up` would say nothing of states.
 */
export function afterMoving({ stateFindings }: Pick<Target, 'stateFindings'>, name: string): Hint {
  return stateFindings ? nomadctl`up ${name} --plan` : nomadctl`state doctor ${name}`;
}
