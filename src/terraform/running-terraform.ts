import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { identify, identityFromStat, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import type { Root } from './root.js';

/** Terraform at work in a root, started by whomever. */
export function runningTerraform(root: Pick<Root, 'folder' | 'processFile'>): ProcessIdentity | undefined {
  const recorded = readProcessFile(root.processFile);
  if (recorded && isAlive(recorded)) return recorded;
  return programsIn(root.folder, /^(terraform|tofu)$/)[0];
}

function readProcessFile(path: string): ProcessIdentity | undefined {
  try {
    const [boot = '', stat = ''] = readFileSync(path, 'utf8').split('\n');
    if (boot !== 'ps') return identityFromStat(stat, boot);
    // A process that started after the file was written is a stranger that got the same id.
    const identity = identify(Number(stat));
    return identity && Date.parse(identity.started) <= statSync(path).mtimeMs + 1000 ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Programs of that name whose working directory a folder is; only Linux tells. The kernel keeps 15 letters of a name. */
export function programsIn(folder: string, name: RegExp): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!name.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return [];
      if (readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(folder)) return [];
      return identify(Number(pid)) ?? [];
    } catch {
      // It has ended, or is somebody else's.
      return [];
    }
  });
}
