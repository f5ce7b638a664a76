import { AbortError, AnswerNeededError, isAbort } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { DEFAULT_NAMESPACE, jobName, type ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { jobsToDeployAgain, type JobToDeployAgain } from '../../jobs/identity/jobs-to-deploy-again.js';
import type { Upgrade } from '../../targets/target.js';

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
      ...(ours.length > 0 ? [`deployed again by this, as they are: ${ours.map(nameOf).join(', ')}`] : []),
      ...theirs.map((job) => `yours to deploy again, until when Consul stays open: ${nameOf(job)} (${job.needs.join('; ')})`),
      jobs.length > 0 ? 'all other jobs go on untouched' : 'all jobs go on untouched',
    ],
    deploysAgain: ours.map(nameOf),
    toDeployAgain: theirs.map(nameOf),
  };
}

/** @throws AnswerNeededError where nobody can be asked; AbortError when the answer was no */
export async function agreeToUpgrade({ summary, lines }: UpgradeFacts, { global, ui }: Pick<Context, 'global' | 'ui'>): Promise<void> {
  if (!global.yes && !ui.ask.canAsk) {
    throw new AnswerNeededError(`${summary}: there is nobody to agree to it`, {
      code: 'answer-needed',
      why: lines,
      next: again({ yes: true }),
      details: { flags: ['--yes'] },
    });
  }
  ui.note([`${summary}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
  if (global.yes || (await ui.ask.confirm({ message: 'Shall it?', default: false }))) return;
  throw new AbortError('Nothing was changed', 1, { next: again() });
}

function nameOf({ job: { ID, Namespace } }: JobToDeployAgain): string {
  return jobName({ ID, Namespace: Namespace ?? DEFAULT_NAMESPACE });
}

function sayWhy(error: unknown): string {
  if (isAbort(error)) throw error;
  return reasonOf(error);
}
