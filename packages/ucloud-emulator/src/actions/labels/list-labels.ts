import { defineAction } from '../action.js';
import { labelPaging } from '../../model/label.js';
import { choice, required } from '../../params/param.js';
import { page } from '../../params/answer-values.js';

export const listLabels = defineAction({
  name: 'ListLabels',
  summary: 'Lists labels. There are no system labels here.',
  params: { Category: required(choice('custom', 'system')), ...labelPaging },
  handle({ Category, ...paged }, scope) {
    const found = Category === 'custom' ? scope.list('label') : [];
    return {
      TotalCount: found.length,
      Labels: page(found, paged).map(({ name, value, resources }) => ({ Key: name, Value: value, ResourceCount: resources.length })),
    };
  },
});
