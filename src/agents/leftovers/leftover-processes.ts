import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { identify, type ProcessIdentity } from '@nomadctl/base/process-identity';

/**
 * Processes that live off a folder: agents, Nomad's executors and the tasks themselves. They are known by that folder
 * (working directory, command line, or the NOMAD_ALLOC_DIR of their environment), never by a program's name. What somebody
 * started in a terminal there, such as a shell, is not one of them. Linux only; elsewhere the list is empty.
 */
export function processesUnder(folder: string): ProcessIdentity[] {
  return processIds()
    .filter((pid) => belongsTo(pid, folder))
    .map((pid) => identify(Number(pid)))
    .filter((identity) => identity !== undefined);
}

/** Processes that have an argument with this ending. Linux only; elsewhere the list is empty. */
export function processesWith(ending: string): ProcessIdentity[] {
  return processIds()
    .filter((pid) => attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(`${ending}\0`))
    .map((pid) => identify(Number(pid)))
    .filter((identity) => identity !== undefined);
}

function processIds(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
}

function belongsTo(pid: string, folder: string): boolean {
  const inside = `${folder}/`;
  return (
    (`${attempt(() => readlinkSync(`/proc/${pid}/cwd`))}/`.startsWith(inside) && !hasTerminal(pid)) ||
    attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8')).includes(`NOMAD_ALLOC_DIR=${inside}`) ||
    (isAgentProgram(pid) && attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(inside))
  );
}

/** Agents and their tasks have sessions of their own. Field 7 of /proc/pid/stat (proc(5)), after a name that may hold anything. */
function hasTerminal(pid: string): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] ?? 0) !== 0;
}

/** An editor or a `tail` of a log has the folder on its command line too; only what runs from it counts. */
function isAgentProgram(pid: string): boolean {
  return /\b(agent|executor|logmon|connect)\0/.test(attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
}

/** Mount points below a folder, deepest first: Nomad as root mounts tmpfs for secrets, and chroots for the exec driver. */
export function mountsUnder(folder: string): string[] {
  return attempt(() => readFileSync('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
