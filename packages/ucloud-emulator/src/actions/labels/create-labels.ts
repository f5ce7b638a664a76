import { defineAction } from '../action.js';
import { createLabel, findLabel, labelsParam } from '../../model/label.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const createLabels = defineAction({
  name: 'CreateLabels',
  summary: 'Creates labels, here for the region of the request only.',
  params: { Labels: labelsParam },
  handle({ Labels }, scope) {
    for (const asked of Labels) {
      if (findLabel(scope, asked)) throw new Refusal(retCodes.inUse, `The label [${asked.Key}=${asked.Value}] exists`);
      createLabel(scope, asked);
    }
  },
});
