import { formatBytes } from '@nomadctl/base/bytes';
import { formatAge } from '@nomadctl/base/duration';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { backupRows, type BackupRow } from '../../../state/backup/backup-rows.js';
import type { Command } from '../../command.js';
import { fromFlag, whoseBackups } from './whose-backups.js';

export const command: Command = {
  flags: [fromFlag],
  examples: ['nomadctl state backup list', 'nomadctl state backup list --from /mnt/backups'],
  about: [
    'Backups, and states that were kept by themselves around changes, of each root the last ten: these lie beside the state of now, and are no',
    'more encrypted than that. Any of them can be put back by its id.',
  ].join(' '),
  async run(input, ctx) {
    const { name, paths, folder } = await whoseBackups(input, ctx);
    const rows = await backupRows(paths, folder);
    if (rows.length === 0) return { data: [], text: `There are no backups of ${name} in ${folder}`, next: nomadctl`state backup create` };
    const columns = [...['id', 'made', 'kind', 'states', 'snapshots', 'encrypted'], { title: 'size', align: 'right' as const }];
    const now = ctx.clock.now();
    const cells = rows.map(({ id, at, kind, states, snapshots, bytes, recipients }) => [
      ...[id, formatAge(now - at), kind, serialsOf(states), snapshots.join(', ') || '-', readersIn(recipients)],
      formatBytes(bytes),
    ]);
    return { data: rows, text: formatTable(columns, cells, tableLook(ctx.ui)) };
  },
};

/** `for 2`: of how many keys each opens it. */
const readersIn = (recipients: BackupRow['recipients']): string => (recipients === null ? 'no' : `for ${recipients.length}`);

/** `network 3, cluster 7`. */
function serialsOf(states: BackupRow['states']): string {
  return states.map(({ root, serial }) => `${root} ${serial ?? '(damaged)'}`).join(', ') || '-';
}
