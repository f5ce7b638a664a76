import { defineAction } from '../action.js';
import { neededName } from '../../params/shared-params.js';

export const modifyProject = defineAction({
  name: 'ModifyProject',
  summary: 'Changes the name of a project.',
  params: { ProjectName: neededName() },
  global: true,
  handle({ ProjectName }, scope) {
    scope.keepProjects(scope.caller.account.projects.map((one) => (one.id === scope.project ? { ...one, name: ProjectName } : one)));
  },
});
