import { defineAction } from '../action.js';
import { labelsParam, needLabel } from '../../model/label.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteLabels = defineAction({
  name: 'DeleteLabels',
  summary: 'Deletes labels that nothing carries.',
  params: { Labels: labelsParam },
  handle({ Labels }, scope) {
    for (const asked of Labels) {
      const label = needLabel(scope, asked);
      if (label.resources.length > 0)
        throw new Refusal(retCodes.inUse, `The label [${asked.Key}=${asked.Value}] is in use by [${label.resources[0]}]`);
      scope.remove('label', label.id);
    }
  },
});
