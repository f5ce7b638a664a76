import { shell } from '@nomadctl/base/hint/hint';
import type { Context } from '../context.js';
import { openShell, type HostShell } from '../machines/host-shell.js';

/** A shell on this computer, as on any host. */
export function openLocalShell({
  ctx,
  timeoutMs,
}: {
  readonly ctx: Pick<Context, 'exec' | 'signal'>;
  readonly timeoutMs: number;
}): Promise<HostShell> {
  // bash takes the pipe of a child process for a login over the network, and would read the user's ~/.bashrc: findings/.
  return openShell({ name: 'this computer', file: 'bash', argv: ['--norc', '-s'], next: shell`ls -l /etc/docker`, ctx, timeoutMs });
}
