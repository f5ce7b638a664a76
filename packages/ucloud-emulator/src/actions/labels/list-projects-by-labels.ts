import { defineAction } from '../action.js';
import { carriersOf, labelsParam, resourceTypeOf } from '../../model/label.js';

export const listProjectsByLabels = defineAction({
  name: 'ListProjectsByLabels',
  summary: 'Lists the projects with resources that carry all of these labels: here the one of the request, or none.',
  params: { Labels: labelsParam },
  handle({ Labels }, scope) {
    const types = [...new Set(carriersOf(scope, Labels).map(resourceTypeOf))];
    const name = scope.caller.account.projects.find(({ id }) => id === scope.project)?.name ?? '';
    const project = { ProjectId: scope.project, ProjectName: name, ResourceTypes: types, DisabledResourceTypes: [] };
    return { Projects: types.length === 0 ? [] : [project] };
  },
});
