import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';

export const terminateCustomImage = defineAction({
  name: 'TerminateCustomImage',
  summary: "Deletes an image of one's own.",
  params: { ImageId: neededId() },
  handle({ ImageId }, scope) {
    scope.need('image', ImageId);
    scope.remove('image', ImageId);
    return { ImageId };
  },
});
