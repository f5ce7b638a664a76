import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';

/**
 * That a plain cluster is on its way to profile secure, kept with its agents from before the first of them stops until the last
 * one is as it shall be. `open`: Consul goes on to serve who comes without TLS and without a token, as jobs do that were
 * deployed before. `closing`: it is about to serve those no more.
 */
export interface Securing {
  /** Milliseconds since the epoch: what was deployed earlier knows the cluster as it was. */
  readonly begunAt: number;
  readonly stage: 'open' | 'closing';
}

/** Nothing for a cluster that is plain, or secured. */
export function securingOf(agents: string): Securing | undefined {
  try {
    const { begunAt, stage } = JSON.parse(readFileSync(markOf(agents), 'utf8')) as Partial<Securing>;
    return { begunAt: begunAt ?? 0, stage: stage === 'closing' ? 'closing' : 'open' };
  } catch {
    return undefined;
  }
}

export async function markSecuring(agents: string, securing: Securing): Promise<void> {
  await writeFileAtomic(markOf(agents), `${JSON.stringify(securing)}\n`);
}

export async function endSecuring(agents: string): Promise<void> {
  await rm(markOf(agents), { force: true });
}

function markOf(agents: string): string {
  return join(agents, 'securing');
}
