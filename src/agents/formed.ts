import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';

/**
 * Whether the servers have elected once. From then on their data says who votes; until then, they wait for as many as their
 * configuration says, so a change of mind about the number has to reach those that wait. The mark lies with the agents'
 * data, and goes with it.
 */
export function isFormed(agents: string): boolean {
  return existsSync(markOf(agents));
}

export async function markFormed(agents: string): Promise<void> {
  if (!isFormed(agents)) await writeFileAtomic(markOf(agents), '');
}

function markOf(agents: string): string {
  return join(agents, 'formed');
}

/**
 * Whether Consul has made the management token of a secured cluster: no configuration may have it any more. Later than the
 * election, after which a leader may still be at it.
 */
export function isBootstrapped(agents: string): boolean {
  return existsSync(bootstrapMark(agents));
}

export async function markBootstrapped(agents: string): Promise<void> {
  if (!isBootstrapped(agents)) await writeFileAtomic(bootstrapMark(agents), '');
}

function bootstrapMark(agents: string): string {
  return join(agents, 'bootstrapped');
}
