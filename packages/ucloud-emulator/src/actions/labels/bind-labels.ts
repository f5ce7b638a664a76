import { defineAction } from '../action.js';
import { bindLabel, checkLabelled, labelsParam, needLabel, resourceIds } from '../../model/label.js';

export const bindLabels = defineAction({
  name: 'BindLabels',
  summary: 'Puts labels on resources.',
  params: { Labels: labelsParam, ResourceIds: resourceIds },
  handle({ Labels, ResourceIds }, scope) {
    checkLabelled(scope, ResourceIds);
    for (const asked of Labels) bindLabel(scope, needLabel(scope, asked), ResourceIds);
  },
});
