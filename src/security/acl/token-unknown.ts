import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { AgentProgram } from '../../cluster/node-roles.js';

const TITLES = { consul: 'Consul', nomad: 'Nomad' } as const;

/** Servers that answer, and do not know the token that is kept. */
export function tokenUnknown(program: AgentProgram): OutcomeError {
  return new OutcomeError(`${TITLES[program]} does not know this cluster's management token`, {
    code: 'token-unknown',
    why: "somebody has deleted it, or the secrets that are kept here are older than the cluster, or another cluster's",
    next: nomadctl`access recover`,
  });
}
