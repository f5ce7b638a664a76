import { AbortError, isAbort } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { jobsToDeployAgain, type JobToDeployAgain } from '../../jobs/identity/jobs-to-deploy-again.js';
import type { Upgrade } from '../../targets/target.js';
import { nobodyAgrees } from '../nobody-agrees.js';

/** What an upgrade means for a cluster: for its agents, and for its jobs by name. */
export interface UpgradeFacts {
  readonly summary: string;
  readonly lines: readonly string[];
  /** Of the catalogue: deployed again by the upgrade itself. */
  readonly deploysAgain: readonly string[];
  /** Whoever has deployed them has to do it again. */
  readonly toDeployAgain: readonly string[];
}

/** Asks the cluster, and changes nothing. */
export async function upgradeFacts(
  { summary, lines, isRunning }: Upgrade,
  connection: ClusterConnection | undefined,
  ctx: Pick<Context, 'paths' | 'signal'>,
): Promise<UpgradeFacts> {
  const jobs = isRunning && connection ? await jobsToDeployAgain(connection.nomad, ctx).catch(sayWhy) : undefined;
  if (jobs === undefined || typeof jobs === 'string') {
    const unknown = `jobs that count on Consul are deployed again where they are of the catalogue, and named otherwise${jobs ? ` (unknown now: ${jobs})` : ''}`;
    return { summary, lines: [...lines, unknown], deploysAgain: [], toDeployAgain: [] };
  }
  const ours = jobs.filter(({ by }) => by === 'us');
  const theirs = jobs.filter(({ by }) => by === 'them');
  return {
    summary,
    lines: [
      ...lines,
      ...(ours.length > 0 ? [`deployed again by this, as they are: ${namesOf(ours).join(', ')}`] : []),
      ...theirs.map((job) => `yours to deploy again, until when Consul stays open: ${job.name} (${job.needs.join('; ')})`),
      jobs.length > 0 ? 'all other jobs go on untouched' : 'all jobs go on untouched',
    ],
    deploysAgain: namesOf(ours),
    toDeployAgain: namesOf(theirs),
  };
}

/** @throws AnswerNeededError where nobody can be asked; AbortError when the answer was no */
export async function agreeToUpgrade({ summary, lines }: UpgradeFacts, { global, ui }: Pick<Context, 'global' | 'ui'>): Promise<void> {
  if (!global.yes && !ui.ask.canAsk) throw nobodyAgrees(`${summary}: there is nobody to agree to it`, { why: lines });
  ui.note([`${summary}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
  if (global.yes || (await ui.ask.confirm({ message: 'Shall it?', default: false }))) return;
  throw new AbortError('Nothing was changed', 1, { next: again() });
}

function namesOf(jobs: readonly JobToDeployAgain[]): string[] {
  return jobs.map(({ name }) => name);
}

function sayWhy(error: unknown): string {
  if (isAbort(error)) throw error;
  return reasonOf(error);
}
