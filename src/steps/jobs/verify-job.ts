import type { Check } from '../../jobs/catalogue/job-manifest.js';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep, type CheckResult } from '../../jobs/job-state.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import type { CheckContext } from '../../jobs/verify/check-context.js';
import { runCheck } from '../../jobs/verify/run-check.js';

/** Consul's view of a service may trail Nomad's by a moment, so a failed look is repeated that long, or as long as it may take. */
const REPEATED_MS = 10_000;
const PAUSE_MS = 150;

/** Runs the checks that the job's template declares. */
export const verifyJob = defineStep({
  id: 'verify-job',
  title: 'Verifying',
  provides: ['checks'],
  async run(at, io) {
    const { id = at.state.spec?.ID ?? '', verify } = at.job;
    if (!verify) return { detail: 'no checks declared' };
    const api = createNomadApi(at.connection.nomad);
    const checks: CheckResult[] = [];
    for (const check of verify.checks) {
      io.line(check.title);
      const startedAt = at.clock.now();
      const repeatedMs = Math.max(REPEATED_MS, check.kind === 'exec' ? (check.timeout ?? 0) * 1000 : 0);
      let look = await runCheck(check, await surroundings(api, { id, ...at }));
      while (!look.ok && at.clock.now() - startedAt < repeatedMs) {
        await at.clock.sleep(PAUSE_MS, at.signal);
        look = await runCheck(check, await surroundings(api, { id, ...at }));
      }
      checks.push({ title: check.title, ...look, ms: at.clock.now() - startedAt });
      if (!look.ok) throw checkFailed(jobWords(id, at.connection.nomad.namespace), check, checks);
    }
    return { state: { checks }, detail: checks.map(({ title }) => title).join(', ') };
  },
});

/** Allocations are looked up anew each time: one that was replaced meanwhile cannot answer. */
async function surroundings(
  api: NomadApi,
  { id, connection, signal }: Pick<CheckContext, 'connection' | 'signal'> & { id: string },
): Promise<CheckContext> {
  if (id === '') throw new UsageError('no job was named', { code: 'job-unknown', next: nomadctl`job list` });
  return { connection, job: id, allocations: await api.allocationsInFull(id, signal), signal };
}

function checkFailed(words: readonly string[], check: Check, checks: readonly CheckResult[]): OutcomeError {
  const [id = ''] = words;
  const last = checks.at(-1);
  return new OutcomeError(`job ${id}: check ${check.title} failed`, {
    code: 'check-failed',
    why: [
      `found ${JSON.stringify(last?.found ?? '')}${'expect' in check && check.expect !== undefined ? `, expected ${JSON.stringify(check.expect)}` : ''}`,
      ...checks.slice(0, -1).map(({ title, found }) => `${title} was fine: ${found}`),
    ],
    next: nomadctl`job status ${words}`,
    details: { job: id, checks },
  });
}
