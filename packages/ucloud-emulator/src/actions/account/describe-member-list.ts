import { defineAction } from '../action.js';
import { emailOf, projectsOf } from '../../scope/accounts.js';
import { inSeconds, page, paging } from '../../params/answer-values.js';

export const describeMemberList = defineAction({
  name: 'DescribeMemberList',
  summary: 'Lists the members of the account: here one for each key, with the projects that it has a right to.',
  params: paging,
  global: true,
  handle(paged, { caller: { account } }) {
    const members = account.keys.map((key, index) => {
      const name = index === 0 ? account.name : `${account.name}-${index + 1}`;
      const projects = projectsOf({ account, key });
      return {
        ...{ MemberName: name, MemberEmail: emailOf(name), PublicKey: key.publicKey, State: 'Active', ActivateFlag: 1 },
        ...{ IsAdmin: index === 0 ? 1 : 0, IsFinance: index === 0 ? 1 : 0, Created: inSeconds(Date.UTC(2024, 0, 1)) },
        ...{ DefultProjectId: projects[0]?.id ?? '', TOTPStatus: 0 },
        ProjectSet: projects.map((project) => ({ ProjectId: project.id, ProjectName: project.name, CharacterId: 'Admin' })),
      };
    });
    return { TotalCount: members.length, MemberSet: page(members, paged) };
  },
});
