import { defineStep, type RotationContext, type RotationKind } from './rotation.js';
import { whereOf } from './rotating.js';
import { standingOfSuccessors } from './successors.js';

/** A step that chooses what is new, once for each rotation, whatever is killed in between. */
export function chooseStep(kind: RotationKind, title: string, choose: (at: RotationContext) => Promise<void>) {
  return defineStep({
    id: `rotate-${kind}-choose`,
    title,
    requires: ['rotation'],
    provides: ['rotation'],
    async isDone(at) {
      const { rotation } = at.state;
      if (rotation.chosen) return { done: true };
      if ((await standingAt(at)) === 'none') return { done: false, because: 'nothing was chosen yet' };
      return { done: true, state: { rotation: { ...rotation, chosen: true } } };
    },
    async run(at) {
      await choose(at);
      return { state: { rotation: { ...at.state.rotation, chosen: true } } };
    },
  });
}

/** How far what was chosen has come. */
export function standingAt(at: RotationContext): ReturnType<typeof standingOfSuccessors> {
  return standingOfSuccessors(whereOf(at));
}
