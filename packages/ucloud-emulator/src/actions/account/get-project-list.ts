import { projectsOf } from '../../scope/accounts.js';
import { defineAction } from '../action.js';
import { choice } from '../../params/param.js';
import { inSeconds } from '../../params/answer-values.js';

export const getProjectList = defineAction({
  name: 'GetProjectList',
  summary: 'Lists the projects that the keys have a right to.',
  params: { IsFinance: choice('yes', 'no', 'Yes', 'No') },
  global: true,
  handle(_params, scope) {
    const { account } = scope.caller;
    const projects = projectsOf(scope.caller).map(({ id, name }, index) => ({
      ProjectId: id,
      ProjectName: name,
      ParentId: '',
      ParentName: '',
      CreateTime: inSeconds(Date.UTC(2024, 0, 1)),
      IsDefault: index === 0,
      ResourceCount: scope.resourcesOf(id),
      MemberCount: account.keys.filter(({ projects: own }) => own?.includes(id) ?? true).length,
    }));
    return { ProjectCount: projects.length, ProjectSet: projects };
  },
});
