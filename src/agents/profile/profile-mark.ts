import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';

/** As the setting of that name has it. */
export type Profile = 'secure' | 'poc';

/**
 * With which profile the agents of a cluster were made, whatever its file says by now; nothing before there are any. Kept with
 * the agents, and goes with them.
 */
export function profileOf(agents: string): Profile | undefined {
  try {
    return readFileSync(markOf(agents), 'utf8') === 'secure' ? 'secure' : 'poc';
  } catch {
    // Releases that knew no other kind left no mark.
    return existsSync(agents) ? 'poc' : undefined;
  }
}

export async function markProfile(agents: string, profile: Profile): Promise<void> {
  await writeFileAtomic(markOf(agents), profile);
}

/** Whether an agent has been started: it has data of its own then, and may have told others of itself. */
export function hasStarted(agents: string): boolean {
  const foldersOf = (folder: string): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  return foldersOf(agents).some((node) => foldersOf(join(agents, node)).some((program) => existsSync(join(agents, node, program, 'data'))));
}

function markOf(agents: string): string {
  return join(agents, 'profile');
}
