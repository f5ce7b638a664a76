import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process as something that cannot be mistaken for another one: process ids are used again, so the start time goes
 * with it. On Linux that is the boot's id and the start in clock ticks since boot (proc(5), /proc/pid/stat field 22),
 * neither of which a change of the clock touches; elsewhere it is what `ps -o lstart` prints.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

let bootId: string | undefined;

/** The identity of a process that runs now, or nothing when there is none of that id. Zombies count as gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    return process.platform === 'linux' ? identifyLinux(pid) : identifyWithPs(pid);
  } catch {
    return undefined;
  }
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started;
}

function identifyLinux(pid: number): ProcessIdentity | undefined {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return identityFromStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), bootId);
}

/** Reads a line of /proc/pid/stat. The program's name is in parentheses and may itself hold spaces and parentheses. */
export function identityFromStat(stat: string, boot: string): ProcessIdentity | undefined {
  const pid = Number.parseInt(stat, 10);
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = rest[18];
  if (!Number.isInteger(pid) || state === 'Z' || state === 'X' || startTicks === undefined) return undefined;
  return { pid, started: `${boot}/${startTicks}` };
}

function identifyWithPs(pid: number): ProcessIdentity | undefined {
  const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const [state = '', ...lstart] = output.split(/\s+/);
  return output === '' || state.startsWith('Z') ? undefined : { pid, started: lstart.join(' ') };
}
