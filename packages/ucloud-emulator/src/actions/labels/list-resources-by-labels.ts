import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { carriersOf, findLabelled, labelPaging, labelsParam, resourceTypeOf, showLabel } from '../../model/label.js';
import { list, text } from '../../params/param.js';
import { page } from '../../params/answer-values.js';

export const listResourcesByLabels = defineAction({
  name: 'ListResourcesByLabels',
  summary: 'Lists the resources that carry all of these labels.',
  params: { Labels: labelsParam, ResourceTypes: list(text({ max: 30 })), ProjectIds: list(id()), ...labelPaging },
  handle({ Labels, ResourceTypes, ProjectIds, ...paged }, scope) {
    const isAskedFor = ProjectIds.length === 0 || ProjectIds.includes(scope.project);
    const found = (isAskedFor ? carriersOf(scope, Labels) : [])
      .map((resource) => ({ ResourceId: resource, ResourceType: resourceTypeOf(resource) }))
      .filter(({ ResourceType }) => ResourceTypes.length === 0 || ResourceTypes.includes(ResourceType));
    const project = {
      ProjectId: scope.project,
      ProjectName: scope.caller.account.projects.find(({ id: own }) => own === scope.project)?.name ?? '',
    };
    const labels = scope.list('label');
    const items = page(found, paged).map((resource) => ({
      ...resource,
      ...project,
      ResourceName: findLabelled(scope, resource.ResourceId)?.name ?? '',
      Labels: labels.filter(({ resources }) => resources.includes(resource.ResourceId)).map(showLabel),
    }));
    return { TotalCount: found.length, Resources: items };
  },
});
