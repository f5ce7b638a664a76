import { renderHint } from '@nomadctl/base/hint/render-hint';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../context.js';
import { ROTATED, underWay, type RotationState } from '../security/rotation/rotation.js';

/** What `status` says of a rotation that was begun and has not ended. */
export function unfinishedRotation(state: Partial<RotationState>, { given }: Pick<Context, 'given'>): string[] {
  const rotation = underWay(state);
  if (!rotation) return [];
  return [
    `the rotation of its ${ROTATED[rotation.kind]} was interrupted; it goes on with ${renderHint(nomadctl`rotate ${rotation.kind}`, given)}`,
  ];
}
