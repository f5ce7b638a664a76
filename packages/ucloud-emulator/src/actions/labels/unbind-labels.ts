import { defineAction } from '../action.js';
import { labelsParam, needLabel, resourceIds } from '../../model/label.js';

export const unbindLabels = defineAction({
  name: 'UnbindLabels',
  summary: 'Takes labels from resources.',
  params: { Labels: labelsParam, ResourceIds: resourceIds },
  handle({ Labels, ResourceIds }, scope) {
    for (const asked of Labels) {
      const label = needLabel(scope, asked);
      scope.put('label', { ...label, resources: label.resources.filter((resource) => !ResourceIds.includes(resource)) });
    }
  },
});
