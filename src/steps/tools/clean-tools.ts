import { stepsFor } from '../../engine/step.js';
import { formatBytes } from '@nomadctl/base/bytes';
import { findGarbage, removeGarbage, type Garbage } from '../../programs/tools-garbage.js';

/** Handed on by `tools clean`. */
export interface CleanState {
  readonly removed: readonly { readonly path: string; readonly bytes: number; readonly why: string }[];
}

const { defineStep } = stepsFor<object, CleanState>();

/** Takes away what is in the tools folder and nobody needs. */
export const cleanToolsStep = defineStep({
  id: 'clean-tools',
  title: 'Cleaning the tools folder',
  provides: ['removed'],
  async isDone(at) {
    const garbage = await findGarbage(at);
    return garbage.length === 0
      ? { done: true, state: { removed: [] }, detail: 'nothing to remove' }
      : { done: false, because: sizeOf(garbage) };
  },
  async run(at) {
    const garbage = await findGarbage(at);
    await removeGarbage(garbage);
    return { state: { removed: garbage }, detail: sizeOf(garbage) };
  },
});

function sizeOf(garbage: readonly Garbage[]): string {
  return formatBytes(garbage.reduce((sum, { bytes }) => sum + bytes, 0));
}
