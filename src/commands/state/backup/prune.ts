import type { Context } from '../../../context.js';
import { AbortError, UsageError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { backupsBeyond, removeBackup } from '../../../state/backup/remove-backup.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../../command.js';
import { numberOf } from '../../job/job-input.js';
import { nobodyAgrees } from '../../nobody-agrees.js';
import { fromFlag, whoseBackups } from './whose-backups.js';

const KEPT = 10;

export const command: Command = {
  flags: [
    { flag: '--keep <count>', summary: `how many of the newest stay, at least 1 (default: ${KEPT})` },
    fromFlag,
    { flag: '--plan', summary: 'print what would be removed, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: ['nomadctl state backup prune --plan', 'nomadctl state backup prune --keep 3 --yes'],
  about: 'Removes all backups but the newest. Of states that are kept around changes there are never more than ten.',
  run: prune,
};

async function prune(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, folder } = await whoseBackups(input, ctx);
  const keep = numberOf(flagOf(input, 'keep'), '--keep') ?? KEPT;
  if (keep < 1)
    throw new UsageError('--keep must be at least 1', {
      code: 'number-invalid',
      why: 'the newest backup stays',
      next: again({ keep: '1' }),
    });
  const old = await backupsBeyond(folder, keep);
  const ids = old.map(({ id }) => id);
  if (input.flags['plan']) {
    const lines = ids.map((id) => `  remove  ${id}`);
    return {
      data: { cluster: name, wouldRemove: ids },
      text: [`Backups of ${name} in ${folder}`, '', ...lines, ids.length === 0 ? 'Nothing to remove.' : '', 'Nothing was changed.'].join(
        '\n',
      ),
      exitCode: input.flags['exitCode'] === true && ids.length > 0 ? 10 : 0,
    };
  }
  if (ids.length === 0) return { data: { cluster: name, removed: [] }, text: 'Nothing to remove' };
  if (!ctx.global.yes) {
    if (!ctx.ui.ask.canAsk)
      throw nobodyAgrees(`--yes has to be given: ${ids.length} backups would be removed`, {
        next: hint`${again({ yes: true })}   (--plan shows them)`,
      });
    if (!(await ctx.ui.ask.confirm({ message: `Remove ${ids.join(', ')}?`, default: true })))
      throw new AbortError('No backup was removed', 1);
  }
  for (const backup of old) await removeBackup(backup);
  return { data: { cluster: name, removed: ids }, text: `Removed ${ids.length} backup${ids.length === 1 ? '' : 's'}` };
}
