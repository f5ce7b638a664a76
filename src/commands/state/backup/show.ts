import { formatBytes } from '@nomadctl/base/bytes';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { existsSync } from 'node:fs';
import type { Context } from '../../../context.js';
import { madeWhile, saysReaders, type BackedFile, type Backup } from '../../../state/backup/backup-manifest.js';
import { contentOf, openBackup } from '../../../state/backup/restore-source.js';
import { recipientsOf } from '../../../state/home/age-seal.js';
import { operatorKeyFile } from '../../../state/home/operator-key.js';
import { flagOf, wordOf, type Command, type CommandInput } from '../../command.js';
import { keyFlag } from '../key-flag.js';
import { keyFor } from './readers.js';
import { fromFlag, whoseBackups } from './whose-backups.js';

export const command: Command = {
  arguments: [{ name: 'id', summary: 'as nomadctl state backup list tells it', required: true }],
  flags: [fromFlag, keyFlag],
  examples: ['nomadctl state backup show 2026-11-30T01-15-39-123Z'],
  about: [
    'Reads every file of the backup and compares it with its sum, for which no key is needed; with one, also whether it opens them.',
    'Exits with 1 when one is damaged or missing. Prints no content.',
  ].join(' '),
  async run(input, ctx) {
    const { name, paths, folder } = await whoseBackups(input, ctx);
    const backup = await openBackup(wordOf(input, 'id') ?? '', { cluster: name, paths, folder });
    const files = [];
    for (const file of backup.files) files.push({ ...file, standing: await standingOf(backup, file) });
    const opens = await opensWith(backup, input, ctx);
    const damaged = files.filter(({ standing }) => standing !== 'whole');
    const { style } = ctx.ui;
    const columns = [{ title: 'file' }, { title: 'size', align: 'right' as const }, { title: 'standing' }];
    const rows = files.map(({ path, bytes, standing }) => [
      path,
      formatBytes(bytes),
      standing === 'whole' ? style.good(standing) : style.bad(standing),
    ]);
    const states = backup.states.map(({ root, serial, lineage, resources }) =>
      serial === undefined
        ? `  ${root}   damaged when it was copied`
        : `  ${root}   serial ${serial}, ${resources} resources, lineage ${lineage}`,
    );
    return {
      data: { ...backup, files, ...(opens === undefined ? {} : { opens }) },
      text: [
        `Backup ${backup.id} of ${backup.cluster}, made ${new Date(backup.madeAt).toISOString()}, ${backup.why}`,
        `  ${saysReaders(backup)}${opens === undefined ? '' : opens ? '; your key opens it' : '; your key does not open it'}`,
        ...madeWhile(backup).map((line) => `  ${line}`),
        ...backup.missing.map((line) => `  ${line}`),
        ...states,
        '',
        formatTable(columns, rows, tableLook(ctx.ui)),
        '',
        damaged.length === 0 ? 'All of it is whole.' : `${damaged.length} of ${files.length} files are not as they were written.`,
      ].join('\n'),
      next: damaged.length === 0 ? nomadctl`state backup restore ${backup.id} --plan` : nomadctl`state backup create`,
      exitCode: damaged.length === 0 ? 0 : 1,
    };
  },
};

/** Whether the operator's key opens it; nothing where it is not encrypted, or no key is here and none was named. */
async function opensWith(backup: Backup, input: CommandInput, { paths }: Context): Promise<boolean | undefined> {
  const isNamed = flagOf(input, 'key') !== undefined;
  if (backup.recipients === undefined || (!isNamed && !existsSync(operatorKeyFile(paths)))) return undefined;
  const mine = await recipientsOf(await keyFor(backup.id, input, { paths }));
  return mine.some((key) => backup.recipients?.includes(key));
}

async function standingOf(backup: Backup, file: BackedFile): Promise<'whole' | 'damaged' | 'not there'> {
  try {
    await contentOf(backup, file);
    return 'whole';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return /is not there/.test(error.message) ? 'not there' : 'damaged';
  }
}
