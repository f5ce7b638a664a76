import { consulSnapshots, nomadSnapshots } from '../../clients/snapshots/server-snapshots.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { RestorePlan } from './restore-plan.js';
import { TITLES } from './take-snapshots.js';

/**
 * Has a server of each program put back what all of them knew then. Consul first: Nomad's clients ask it. Returns what was put
 * back, in words.
 */
export async function restoreSnapshots(
  snapshots: RestorePlan['snapshots'],
  { consul, nomad }: Pick<ClusterConnection, 'consul' | 'nomad'>,
  { signal, line }: { readonly signal: AbortSignal; readonly line: (text: string) => void },
): Promise<string[]> {
  const done: string[] = [];
  for (const program of ['consul', 'nomad'] as const) {
    const bytes = snapshots.get(program);
    if (!bytes) continue;
    line(TITLES[program]);
    await (program === 'consul' ? consulSnapshots(consul) : nomadSnapshots(nomad)).restore(bytes, signal);
    done.push(TITLES[program]);
  }
  return done;
}

/**
 * Servers of a snapshot know the tokens of its time: others would be unknown to them from then on, those of agents too.
 * @param differs names of secrets that are others by now
 * @throws ConfigError `backup-tokens-old`
 */
export function refuseOldTokens(id: string, differs: Readonly<Record<string, Secret>>): void {
  const tokens = Object.keys(differs).filter((name) => /Token(:|$)/.test(name));
  if (tokens.length === 0) return;
  throw new ConfigError(`the snapshots of backup ${id} know other tokens than the cluster has now`, {
    code: 'backup-tokens-old',
    why: `${tokens.slice(0, 3).join(', ')} ${tokens.length > 3 ? `and ${tokens.length - 3} more ` : ''}were made anew since; agents with new tokens would be locked out`,
    next: hint`${nomadctl`state backup restore ${id} --only states`}, or a newer backup: ${nomadctl`state backup list`}`,
  });
}
