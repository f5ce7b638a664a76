import type { NomadctlError } from '@nomadctl/base/errors';
import { withinTime } from '@nomadctl/base/signals/any-signal';
import type { Finding } from '../programs/doctor/finding.js';
import { refusedAccess } from './refused-access.js';
import type { TriedConnection } from './try-connection.js';

/** Agents that do not answer at all are another finding's business. */
const TIMEOUT_MS = 3000;

/** That a cluster which is there does not let us in, and what lets us in again. None where it does, or does not answer. */
export async function accessFindings(tried: TriedConnection, cluster: string, signal: AbortSignal): Promise<Finding[]> {
  const refusal = await refusalOf(tried, signal);
  if (!refusal) return [];
  return [
    {
      id: `access-${cluster}`,
      title: `Access to ${cluster}`,
      found: [refusal.message, ...refusal.why].join(': '),
      wanted: 'servers that know our tokens, and that we know',
      ok: false,
      optional: true,
      faulty: true,
      ...(refusal.next ? { fix: { command: refusal.next } } : {}),
    },
  ];
}

/** What keeps us from asking is a refusal, too: secrets that are lost, or can be read by others. */
async function refusalOf({ connection, problem }: TriedConnection, signal: AbortSignal): Promise<NomadctlError | undefined> {
  if (problem) return problem.code.startsWith('secrets-') ? problem : undefined;
  return (
    connection &&
    refusedAccess(connection, withinTime(signal, TIMEOUT_MS)).catch(() => {
      signal.throwIfAborted();
      return undefined;
    })
  );
}
