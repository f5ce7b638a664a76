import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { LockedError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { ownerOfLock, takeLock, type HeldLock, type LockOwner } from '@nomadctl/base/file-lock';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { lockFile, toolsNotWritable } from './tool-folder.js';
import type { ToolName } from './tool-versions.js';

const POLL_MS = 250;
/** A build from source on a slow machine, twice over. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/**
 * One installer per tool. Unlike a cluster's lock this one is waited for: the other run is making just what we need.
 * @throws LockedError when a living process holds it for longer than an hour; the signal's reason when aborted.
 */
export async function withInstallLock<Result>(
  ctx: ToolContext,
  tool: ToolName,
  { report, work }: { report: Report; work: () => Promise<Result> },
): Promise<Result> {
  const lock = await waitForLock(ctx, tool, report);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Whether a living process is installing this tool right now. */
export async function installingNow(ctx: ToolContext, tool: ToolName): Promise<number | undefined> {
  return (await ownerOfLock(lockFile(ctx, tool)))?.pid;
}

async function waitForLock(ctx: ToolContext, tool: ToolName, report: Report): Promise<HeldLock> {
  const path = lockFile(ctx, tool);
  const deadline = ctx.clock.now() + LONGEST_WAIT_MS;
  for (;;) {
    const attempt = await takeLock(path, {}).catch((cause: unknown) => {
      throw toolsNotWritable(dirname(dirname(path)), cause);
    });
    if (attempt && 'lock' in attempt) return attempt.lock;
    if (ctx.clock.now() > deadline) throw heldTooLong(tool, attempt?.holder);
    if (attempt) report(`waiting for ${describe(attempt.holder)}, which is installing ${tool}`);
    await ctx.clock.sleep(POLL_MS, ctx.signal);
  }
}

function describe({ pid, host }: LockOwner): string {
  return `process ${pid}${host === hostname() ? '' : ` on ${host}`}`;
}

/** @param owner nobody, when the lock kept changing hands to the end. */
function heldTooLong(tool: ToolName, owner: LockOwner | undefined): LockedError {
  return new LockedError(`${owner ? describe(owner) : 'another run'} has been installing ${tool} for over an hour`, {
    code: 'install-lock-held',
    why: 'only one run at a time installs a tool',
    next:
      owner?.host === hostname()
        ? hint`stop it with: ${shell`kill -INT ${owner.pid}`}`
        : owner
          ? hint`look at it on ${owner.host}`
          : again(),
    details: owner ? { pid: owner.pid, host: owner.host } : {},
  });
}
