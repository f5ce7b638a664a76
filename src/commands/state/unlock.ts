import { AbortError, AnswerNeededError, LockedError } from '@nomadctl/base/errors';
import { formatAge } from '@nomadctl/base/duration';
import { again, hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { findLocks, takeLockAway, type FoundLock } from '../../state/lock/state-locks.js';
import { stateOwner } from '../../state/state-owner.js';
import { openCluster } from '../../targets/open-cluster.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { rootNames, type RootName } from '../../terraform/root.js';
import { planFlag } from '../job/job-input.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [
    { flag: '--id <id>', summary: 'a lock that terraform has told of; with --root' },
    { flag: '--root <root>', summary: 'whose lock that is', choices: rootNames },
    planFlag,
  ],
  examples: ['nomadctl state unlock --plan', 'nomadctl state unlock --yes'],
  about: [
    'Shows who holds the locks on the states of a cluster, and takes them away when somebody agrees. A holder that still lives may write what',
    'it has in hand: only one whose computer is gone should lose its lock so. Nobody has to do it for a run that was killed on this computer.',
    'A terraform that outlived its run is told with its process.',
  ].join(' '),
  run: unlock,
};

async function unlock(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, cluster, target } = await openCluster(ctx, wordOf(input, 'name'));
  const owner = stateOwner(cluster);
  const id = flagOf(input, 'id');
  const locks = await findLocks(ctx, owner, id === undefined ? undefined : { id, root: (flagOf(input, 'root') ?? 'cluster') as RootName });
  const lines = locks.map((lock) => `  ${describe(lock, ctx.clock.now())}`);
  if (locks.length === 0) return { data: { cluster: name, locks: [] }, text: `Nobody holds a lock on the states of cluster ${name}` };
  if (input.flags['plan'] === true) {
    return {
      data: { cluster: name, locks },
      text: [`Locks on the states of cluster ${name}:`, ...lines, '', 'Nothing was changed.'].join('\n'),
      next: endLiving(locks) ?? nomadctl`state unlock ${name}`,
    };
  }
  refuseLiving(locks);
  await agree(locks, lines, ctx);
  for (const lock of locks) await takeLockAway(ctx, owner, lock);
  return {
    data: { cluster: name, locks },
    text: [`Taken away from cluster ${name}:`, ...lines].join('\n'),
    next: target.stateFindings ? nomadctl`up ${name}` : nomadctl`state doctor ${name}`,
  };
}

function describe({ what, who, operation, since, isDead }: FoundLock, now: number): string {
  const age = since === undefined ? '' : `, since ${new Date(since).toISOString()} (${formatAge(now - since)})`;
  return `${what}: ${who}, ${operation}${age}${isDead ? '; that process is gone' : ''}`;
}

const livingHere = (locks: readonly FoundLock[]): FoundLock | undefined =>
  locks.find(({ pidHere, isDead }) => pidHere !== undefined && !isDead);

function endLiving(locks: readonly FoundLock[]): Hint | undefined {
  const living = livingHere(locks);
  return living && hint`${shell`kill -INT ${living.pidHere ?? 0}`}   asks it to end; it may as well be waited for`;
}

/** @throws LockedError for a holder on this computer that lives: it can be asked to end */
function refuseLiving(locks: readonly FoundLock[]): void {
  const living = livingHere(locks);
  if (!living) return;
  throw new LockedError(`${living.what} is held by a process of this computer that lives: ${living.who}`, {
    code: 'lock-lives',
    why: `it is at work (${living.operation}), and gives the lock back when it ends`,
    next: endLiving(locks),
  });
}

async function agree(locks: readonly FoundLock[], lines: readonly string[], ctx: Context): Promise<void> {
  if (ctx.global.yes || locks.every(({ isDead }) => isDead)) return;
  if (!ctx.ui.ask.canAsk) {
    throw new AnswerNeededError('there is nobody to agree to taking locks away', {
      code: 'answer-needed',
      why: lines.map((line) => line.trim()),
      next: again({ yes: true }),
    });
  }
  for (const line of lines) ctx.ui.note(line.trim());
  if (!(await ctx.ui.ask.confirm({ message: 'Take them away? A holder that still lives may write', default: false })))
    throw new AbortError('Nothing was changed', 1, { next: again() });
}
