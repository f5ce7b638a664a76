import type { Context } from '../context.js';
import { openRunLog } from '../engine/run-log.js';
import { runPlan } from '../engine/run-plan.js';
import type { Plan } from '../engine/step.js';
import type { AccessState, AccessSubject } from '../security/access/access-state.js';
import type { AccessToken, MadeToken, WantedToken } from '../security/access/access-tokens.js';
import type { WantedPair } from '../security/access/intentions.js';
import type { WantedNamespace } from '../security/access/namespaces.js';
import { createToken } from '../steps/access/create-token.js';
import { deleteNamespace } from '../steps/access/delete-namespace.js';
import { deleteNamespaceRights } from '../steps/access/delete-namespace-rights.js';
import { revokeToken } from '../steps/access/revoke-token.js';
import { writeIntention } from '../steps/access/write-intention.js';
import { writeNamespace } from '../steps/access/write-namespace.js';
import { writeNamespaceRights } from '../steps/access/write-namespace-rights.js';

export type AccessPlan = Plan<AccessSubject, AccessState>;

export function createTokenPlan(wanted: WantedToken, deliver: (made: MadeToken) => void): AccessPlan {
  return { id: 'access token create', steps: [createToken(wanted, deliver)] };
}

export function revokeTokenPlan(token: AccessToken): AccessPlan {
  return { id: 'access token revoke', steps: [revokeToken(token)] };
}

/** @param isEnforced whether Consul asks for tokens: else it has no side of its own */
export function createNamespacePlan(wanted: WantedNamespace, isEnforced: boolean): AccessPlan {
  return { id: 'access namespace create', steps: [writeNamespace(wanted), ...(isEnforced ? [writeNamespaceRights] : [])] };
}

export function deleteNamespacePlan(name: string, isEnforced: boolean): AccessPlan {
  return { id: 'access namespace delete', steps: [deleteNamespace(name), ...(isEnforced ? [deleteNamespaceRights(name)] : [])] };
}

export function intentionPlan(pair: WantedPair): AccessPlan {
  return { id: 'access intention', steps: [writeIntention(pair)] };
}

export interface AccessRun extends AccessSubject {
  readonly plan: AccessPlan;
}

/** No journal and no lock: Consul and Nomad remember, and each step may be done again. @returns what was written */
export async function runAccessPlan(ctx: Context, { plan, connection }: AccessRun): Promise<readonly string[]> {
  const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
  const log = await openRunLog(ctx.paths.cluster(connection.cluster).logs, id, ctx.redact);
  try {
    return (await runPlan(plan, ctx, { subject: { connection }, state: {}, log })).state.written ?? [];
  } finally {
    await log.close();
  }
}
