import { readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { identify, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';

/** Who works on a cluster, for everybody who keeps its states in the same place. */
export interface RunOwner extends ProcessIdentity {
  readonly host: string;
  readonly user: string;
  /** In which space of process ids: containers of one host share its name and its kernel, and see other processes. */
  readonly space: string;
  /** What was typed. */
  readonly command: string;
  /** Of the run, as the history has it. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export function runOwner({ command, run, since }: Pick<RunOwner, 'command' | 'run' | 'since'>): RunOwner {
  const self = identify(process.pid);
  if (!self) throw new Error('this process cannot see itself');
  return { ...self, host: hostname(), user: userInfo().username, space: spaceOfProcesses(), command, run, since };
}

/** Whether it is known to be gone: only who sees the same processes can tell. The start holds the id of the boot. */
export function isGone(owner: RunOwner): boolean {
  return isHere(owner) && !isAlive(owner);
}

export function isHere({ host, space, started }: RunOwner): boolean {
  const boot = (identity: string): string => identity.split('/')[0] ?? '';
  const self = identify(process.pid);
  return host === hostname() && space === spaceOfProcesses() && self !== undefined && boot(started) === boot(self.started);
}

export function ownerIn(text: string): RunOwner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<RunOwner>;
    return typeof owner.pid === 'number' && typeof owner.host === 'string' && typeof owner.started === 'string'
      ? (owner as RunOwner)
      : undefined;
  } catch {
    return undefined;
  }
}

/** https://man7.org/linux/man-pages/man7/namespaces.7.html; where there is none, the host is one. */
function spaceOfProcesses(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'host';
  }
}
