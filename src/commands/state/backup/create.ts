import { loadCluster } from '../../../config/load-cluster.js';
import type { Context } from '../../../context.js';
import { formatBytes } from '@nomadctl/base/bytes';
import { NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../../cluster/connection.js';
import { createBackupPlan, runStatePlan } from '../../../plans/state-backups.js';
import { backupsBeyond, removeBackup } from '../../../state/backup/remove-backup.js';
import { madeWhile, saysReaders, type Backup } from '../../../state/backup/backup-manifest.js';
import { operatorKeyFile } from '../../../state/home/operator-key.js';
import { endTerraform } from '../../../state/terraform-left.js';
import { targetOf, targets } from '../../../targets/index.js';
import { tryConnection } from '../../../targets/try-connection.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../../command.js';
import { numberOf } from '../../job/job-input.js';
import { readersOf } from './readers.js';
import { requireCluster, statesOf, whoseBackups } from './whose-backups.js';

export const command: Command = {
  flags: [
    { flag: '--to <folder>', summary: "where to keep it, in a folder of the cluster's name; default: the cluster's own folder" },
    { flag: '--snapshots', summary: 'fail when Consul or Nomad gives no snapshot' },
    { flag: '--no-snapshots', summary: 'leave Consul and Nomad alone' },
    { flag: '--keep <count>', summary: 'afterwards remove all but so many of the newest backups there' },
  ],
  examples: [
    'nomadctl state backup create',
    'nomadctl state backup create --to /mnt/backups --keep 14',
    'nomadctl state backup create --no-snapshots',
  ],
  about: [
    "Copies terraform's states, the cluster file, the journal, keys and secrets, and where the cluster answers the snapshots of Consul and",
    'Nomad. All of it is encrypted for the operators whom state.recipients names (nomadctl state backend --recipient), else for the key of this home',
    '(nomadctl state key): keep a copy of that elsewhere. Every file is 0600 and has its sum in a manifest; what is killed half-way leaves no backup.',
    'States alone are also kept by themselves around every change.',
  ].join(' '),
  run: create,
};

async function create(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const whose = await whoseBackups(input, ctx, 'to');
  requireCluster(whose);
  const { name, paths, folder } = whose;
  const keep = numberOf(flagOf(input, 'keep'), '--keep');
  const wanted = input.flags['snapshots'];
  const { target, connection, problem } = await connectionOf(name, ctx);
  const made: Backup[] = [];
  const { roots, recipients: operators } = await statesOf(whose, { command: 'nomadctl state backup create' }, ctx);
  const recipients = await readersOf(operators, ctx);
  const snapshots = wanted === false ? undefined : connection;
  await runStatePlan(
    ctx,
    paths,
    createBackupPlan(
      {
        cluster: name,
        target,
        paths,
        roots,
        recipients,
        folder,
        why: 'asked for',
        connection: snapshots,
      },
      (backup) => made.push(backup),
    ),
  );
  const [backup] = made;
  if (!backup) throw new Error('the plan made no backup');
  const missing = [...backup.missing, ...(wanted !== false && !connection ? [`no snapshots: ${problem ?? 'the cluster is not up'}`] : [])];
  if (wanted === true && missing.length > 0) {
    await removeBackup(backup);
    throw new OutcomeError(`no backup of ${name} with snapshots could be made`, {
      code: 'snapshot-missing',
      why: missing,
      next: nomadctl`status ${name}`,
    });
  }
  const removed = keep === undefined ? [] : await backupsBeyond(folder, Math.max(1, keep));
  for (const old of removed) await removeBackup(old);
  const [left] = backup.terraforms ?? [];
  const bytes = backup.files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    data: { ...backup, missing, bytes, removed: removed.map(({ id }) => id) },
    text: [
      `Backup ${backup.id} of ${name}: ${backup.files.length} files, ${formatBytes(bytes)}`,
      `  ${backup.folder}`,
      `  ${saysReaders(backup)}`,
      ...(operators.length > 0
        ? []
        : [`  nobody else can read it, and without ${operatorKeyFile(ctx.paths)} nobody: keep a copy of that file elsewhere`]),
      ...missing.map((line) => `  ${line}`),
      ...madeWhile(backup).map((line) => `  ${line}`),
      ...(removed.length > 0 ? [`  ${removed.length} older removed`] : []),
    ].join('\n'),
    next: left ? endTerraform(left) : nomadctl`state backup restore ${backup.id} --plan`,
  };
}

interface Reached {
  readonly target?: string;
  readonly connection?: ClusterConnection | undefined;
  readonly problem?: string;
}

/** A cluster whose file cannot be read is backed up all the same. */
async function connectionOf(name: string, ctx: Context): Promise<Reached> {
  try {
    const { cluster } = await loadCluster(ctx, { name, targets });
    const { connection, problem } = await tryConnection(ctx, targetOf(cluster.target), cluster);
    return { target: cluster.target, connection, ...(problem ? { problem: problem.message } : {}) };
  } catch (error) {
    if (!(error instanceof NomadctlError)) throw error;
    return { problem: error.message };
  }
}
