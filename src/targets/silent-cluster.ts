import type { Context } from '../context.js';
import { ApiError, NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { OpenCluster } from './open-cluster.js';
import type { NodeReport } from './cluster-report.js';

/**
 * The error of a question to a cluster that nobody answered, as what is down and how it comes up; of one that was refused, as what
 * of our access does not hold. Every other one as it is.
 */
export async function silenceInWords(error: unknown, open: OpenCluster, ctx: Context): Promise<unknown> {
  // Of a job, a refusal is in words of its own already.
  if (error instanceof NomadctlError && error.code === 'api-forbidden') {
    const { refusedAccess } = await import('./refused-access.js');
    return (await refusedAccess(await open.connection(), ctx.signal)) ?? error;
  }
  if (!(error instanceof ApiError)) return error;
  return error.code === 'api-unreachable' ? silent(error, open, ctx) : error;
}

async function silent(error: ApiError, { name, target, cluster, state }: OpenCluster, ctx: Context): Promise<OutcomeError> {
  const { nodes } = await target.report(cluster, state, ctx);
  const lines = nodes.flatMap(downLine);
  return new OutcomeError(`cluster ${name} does not answer: ${error.message}`, {
    code: 'cluster-silent',
    why: [...(lines.length > 0 ? lines : error.why), 'so nobody can say what runs there'],
    next: nomadctl`up ${name}`,
    cause: error,
  });
}

/** `client-1 · consul stopped, nomad stopped`; nothing of a node whose agents all run. */
function downLine({ name, host, agents }: NodeReport): string[] {
  const down = agents.filter(({ state }) => state === 'stopped' || state === 'unknown');
  if (down.length === 0) return [];
  const power = host === undefined || host === 'Running' ? '' : ` (its host is ${host})`;
  return [`${name} · ${down.map((agent) => `${agent.name} ${agent.state}`).join(', ')}${power}`];
}
