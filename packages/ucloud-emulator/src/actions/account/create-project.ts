import { randomBytes } from 'node:crypto';
import { defineAction } from '../action.js';
import { id, neededName } from '../../params/shared-params.js';

export const createProject = defineAction({
  name: 'CreateProject',
  summary: 'Creates a project of the account. Keys that are limited to projects have no right to it.',
  params: { ProjectName: neededName(), ParentId: id() },
  global: true,
  handle({ ProjectName }, scope) {
    const project = { id: `org-${randomBytes(3).toString('hex')}`, name: ProjectName };
    scope.keepProjects([...scope.caller.account.projects, project]);
    return { ProjectId: project.id };
  },
});
