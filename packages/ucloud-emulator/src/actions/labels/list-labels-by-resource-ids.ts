import { defineAction } from '../action.js';
import { labelPaging, resourceIds, showLabel } from '../../model/label.js';
import { page } from '../../params/answer-values.js';

export const listLabelsByResourceIds = defineAction({
  name: 'ListLabelsByResourceIds',
  summary: 'Lists the labels of resources.',
  params: { ResourceIds: resourceIds, ...labelPaging },
  handle({ ResourceIds, ...paged }, scope) {
    const labels = scope.list('label');
    const found = ResourceIds.flatMap((resource) =>
      labels.filter(({ resources }) => resources.includes(resource)).map((label) => ({ ResourceId: resource, ...showLabel(label) })),
    );
    return { TotalCount: found.length, Labels: page(found, paged) };
  },
});
