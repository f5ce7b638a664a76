import { createNomadApi } from '../../../clients/nomad-api.js';
import { execInTask } from '../../../clients/nomad-exec.js';
import type { CheckOf } from '../../catalogue/job-manifest.js';
import { isExpected, runningIn, type CheckContext, type CheckResult } from '../check-context.js';

const DEFAULT_TIMEOUT = 5;

export async function exec(check: CheckOf<'exec'>, { connection, allocations, signal }: Omit<CheckContext, 'job'>): Promise<CheckResult> {
  const allocation = runningIn(check.group, allocations);
  if (!allocation) return { ok: false, found: `no allocation of group ${check.group} is running` };
  const reply = await execInTask(createNomadApi(connection.nomad), {
    allocation: allocation.ID,
    task: check.task,
    command: check.command,
    // A check that hangs is a check that failed.
    timeoutMs: (check.timeout ?? DEFAULT_TIMEOUT) * 1000,
    signal,
  });
  const said = reply.stdout.trim();
  if (reply.exitCode !== 0)
    return { ok: false, found: `exit code ${reply.exitCode}: ${(reply.stderr.trim() || said).split('\n').slice(-2).join(' / ')}` };
  return { ok: isExpected(said, check.expect), found: said };
}
