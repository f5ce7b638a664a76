import { activeRootKey } from '../../security/rotation/new-root-key.js';
import { defineStep, ROTATED, underWay, type RotationKind } from '../../security/rotation/rotation.js';
import type { WithFleet } from '../../security/rotation/rotating.js';

/** Writes down what begins, before it does: a run that is killed at any moment afterwards is known to be unfinished. */
export function beginRotation(kind: RotationKind, withFleet: WithFleet) {
  return defineStep({
    id: `rotate-${kind}-begin`,
    title: `Beginning to rotate the ${ROTATED[kind]}`,
    provides: ['rotation'],
    async isDone({ state }) {
      return underWay(state)?.kind === kind ? { done: true, detail: 'it goes on' } : { done: false, because: 'each time' };
    },
    async run(at) {
      const before = kind === 'keyring' ? await withFleet(at, (fleet) => activeRootKey(fleet, at.signal)) : undefined;
      return { state: { rotation: { kind, begunAt: at.clock.now(), chosen: false, ...(before === undefined ? {} : { before }) } } };
    },
  });
}

/** Nothing of what was before is left. */
export const endRotation = defineStep({
  id: 'rotate-end',
  title: 'Noting that it is done',
  requires: ['rotation'],
  provides: ['rotation'],
  async run({ state: { rotation }, clock }) {
    return { state: { rotation: { ...rotation, endedAt: clock.now() } } };
  },
});
