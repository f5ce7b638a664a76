import { OutcomeError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { AgentProgram } from '../../cluster/node-roles.js';

export const ACL_TITLES: Readonly<Record<AgentProgram, string>> = { consul: 'Consul', nomad: 'Nomad' };

/** @param next what gives the cluster a management token again */
export function aclTaken(program: AgentProgram, next: Hint): OutcomeError {
  const title = ACL_TITLES[program];
  return new OutcomeError(`${title} has its first management token, and it is not the one that this cluster's secrets have`, {
    code: 'acl-taken',
    why: [
      `${title} gives it once, to whoever asks first: somebody was faster when the cluster came up, or has deleted ours since`,
      'whoever has one may do everything; recovering names all of them',
    ],
    next,
  });
}
