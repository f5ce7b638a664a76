import { defineAction } from '../action.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const terminateProject = defineAction({
  name: 'TerminateProject',
  summary: 'Deletes a project that has no resources any more, and is not the last one.',
  params: {},
  global: true,
  handle(_params, scope) {
    const { projects } = scope.caller.account;
    const left = projects.filter(({ id }) => id !== scope.project);
    if (left.length === 0) throw new Refusal(retCodes.inUse, `Project [${scope.project}] is the last one of the account`);
    const count = scope.resourcesOf(scope.project);
    if (count > 0) throw new Refusal(retCodes.inUse, `Project [${scope.project}] has ${count} resources`);
    scope.keepProjects(left);
  },
});
