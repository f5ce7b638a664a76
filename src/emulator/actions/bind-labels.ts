import { defineAction } from '../action.js';
import { labelsParam, needLabel, resourceIds } from '../model/label.js';

export const bindLabels = defineAction({
  name: 'BindLabels',
  summary: 'Puts labels on resources.',
  params: { Labels: labelsParam, ResourceIds: resourceIds },
  handle({ Labels, ResourceIds }, scope) {
    for (const asked of Labels) {
      const label = needLabel(scope, asked);
      scope.put('label', { ...label, resources: [...new Set([...label.resources, ...ResourceIds])] });
    }
  },
});
