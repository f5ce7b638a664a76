import { defineAction } from '../action.js';
import { id } from '../given.js';
import { labelsParam, showLabel } from '../model/label.js';
import { list, text } from '../param.js';
import { page, paging } from '../shown.js';

export const listResourcesByLabels = defineAction({
  name: 'ListResourcesByLabels',
  summary: 'Lists the resources that carry all of these labels.',
  params: { Labels: labelsParam, ResourceTypes: list(text({ max: 30 })), ProjectIds: list(id()), ...paging },
  handle({ Labels, ResourceTypes, ...paged }, scope) {
    const labels = scope.list('label');
    const carries = (resource: string): boolean =>
      Labels.every(({ Key, Value }) =>
        labels.some(({ name, value, resources }) => name === Key && value === Value && resources.includes(resource)),
      );
    const resources = [...new Set(labels.flatMap((label) => label.resources))].filter(carries);
    const found = resources
      .map((resource) => ({ ResourceId: resource, ResourceType: resource.split('-', 1)[0] ?? '' }))
      .filter(({ ResourceType }) => ResourceTypes.length === 0 || ResourceTypes.includes(ResourceType));
    const project = {
      ProjectId: scope.project,
      ProjectName: scope.account.projects.find(({ id: own }) => own === scope.project)?.name ?? '',
    };
    const shown = page(found, paged).map((resource) => ({
      ...resource,
      ...project,
      ResourceName: '',
      Labels: labels.filter(({ resources: carriers }) => carriers.includes(resource.ResourceId)).map(showLabel),
    }));
    return { TotalCount: found.length, Resources: shown };
  },
});
