import { loadCluster } from '../../../config/load-cluster.js';
import type { Context } from '../../../context.js';
import { underLock } from '../../../engine/lock.js';
import { alongside } from '../../../engine/session.js';
import { AbortError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../../cluster/connection.js';
import { restoreBackupPlan, runStatePlan } from '../../../plans/state-backups.js';
import type { Backup } from '../../../state/backup/backup-manifest.js';
import { compareSecrets } from '../../../state/backup/compare-secrets.js';
import { refuseBusyRoots, refuseOtherLineage } from '../../../state/backup/restore-backup.js';
import { planRestore, type RestorePlan } from '../../../state/backup/restore-plan.js';
import { refuseOldTokens } from '../../../state/backup/restore-snapshots.js';
import { openSource, type RestorePart, type RestoreSource } from '../../../state/backup/restore-source.js';
import { targetOf, targets } from '../../../targets/index.js';
import { tryConnection } from '../../../targets/try-connection.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../../command.js';
import { nobodyAgrees } from '../../nobody-agrees.js';
import { keyFlag } from '../key-flag.js';
import { keyFor, readersOf } from './readers.js';
import { fromFlag, statesOf, whoseBackups, type WhoseBackups } from './whose-backups.js';

const PARTS: readonly RestorePart[] = ['states', 'files', 'snapshots'];

export const command: Command = {
  arguments: [{ name: 'id', summary: 'as nomadctl state backup list tells it', required: true }],
  flags: [
    fromFlag,
    keyFlag,
    { flag: '--only <part>', summary: 'put back these alone; default: states and files', choices: PARTS },
    { flag: '--snapshots', summary: 'also have Consul and Nomad forget what they learned since' },
    { flag: '--replace-secrets', summary: 'keys and tokens of the backup in place of those that are there' },
    { flag: '--replace-lineage', summary: 'in place of a state of another lineage that holds resources' },
    { flag: '--plan', summary: 'print what would be changed, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: ['nomadctl state backup restore cluster-1764465339123', 'nomadctl state backup restore 2026-11-30T01-15-39-123Z --plan'],
  about: [
    'Nobody may be at work on the cluster, nor terraform in its roots. What is there is backed up first, and what was put back is read and',
    'compared afterwards; killed half-way, the same command goes on. Keys, certificates and tokens that are there stay: they may be newer.',
    'What is encrypted is opened by your key file. A backup of another cluster is refused, and a state of another lineage.',
  ].join(' '),
  run: restore,
};

async function restore(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const whose = await whoseBackups(input, ctx);
  const { name, paths } = whose;
  const id = wordOf(input, 'id') ?? '';
  const command = `nomadctl state backup restore ${id}`;
  const { roots, beside, recipients } = await statesOf(whose, { command }, ctx);
  const parts = partsOf(input);
  const identity = (): Promise<string> => keyFor(id, input, ctx);
  const source = await openSource(id, { cluster: name, paths, folder: whose.folder, parts, identity, redact: ctx.redact });
  const isReplacing = input.flags['replaceSecrets'] === true;
  const look = (): Promise<RestorePlan> => planRestore(source, { paths, roots, redact: ctx.redact }, { replaceSecrets: isReplacing });
  if (input.flags['plan'] === true) return planned(await look(), { input, ctx, name, id });
  const alone = <T>(work: (ctx: Context) => Promise<T>): Promise<T> =>
    underLock(paths.lock, { command, now: ctx.clock.now() }, async () => {
      const other = await beside?.(`restore ${id}`);
      return alongside(ctx, other, work).finally(() => other?.release());
    });
  const lookAlone = async (): Promise<RestorePlan> => {
    refuseBusyRoots(roots);
    const plan = await look();
    if (input.flags['replaceLineage'] !== true) refuseOtherLineage(plan, { id });
    return plan;
  };
  // Questions are asked while nobody has to wait.
  const seen = await alone(lookAlone);
  if (seen.changes === 0) return { data: { cluster: name, id, changes: 0 }, text: `Nothing to do: ${name} is as the backup ${id} has it` };
  const connection = await connectionFor(source, whose, ctx);
  await agree(seen, id, ctx);
  return alone(async (ctx) => {
    const kept: Backup[] = [];
    const plan = await lookAlone();
    const readers = await readersOf(recipients, ctx, flagOf(input, 'key'));
    const before = { cluster: name, paths, roots, folder: paths.backups, why: 'before a restore' as const, recipients: readers };
    await runStatePlan(
      ctx,
      paths,
      restoreBackupPlan({ id, paths, roots, plan, before, connection, look }, (backup) => kept.push(backup)),
    );
    return restored(plan, { name, id, before: kept[0] });
  });
}

function restored(
  { rows, changes }: RestorePlan,
  { name, id, before }: { name: string; id: string; before: Backup | undefined },
): CommandResult {
  const changed = rows.filter((row) => row.changes);
  return {
    data: { cluster: name, id, changes, rows, before: before?.id },
    text: [
      `Put back of ${id}:`,
      ...changed.map(({ what, says }) => `  ${what}   ${says}`),
      `What was there is kept as ${before?.id ?? '-'}.`,
    ].join('\n'),
    next: nomadctl`state doctor ${name}`,
  };
}

/** @throws UsageError `parts-contradict` */
function partsOf(input: CommandInput): RestorePart[] {
  const only = PARTS.find((part) => part === flagOf(input, 'only'));
  const snapshots = input.flags['snapshots'] === true;
  if (only !== undefined && snapshots && only !== 'snapshots') {
    throw new UsageError(`--only ${only} and --snapshots contradict each other`, {
      code: 'parts-contradict',
      next: again({ only: undefined }),
    });
  }
  if (only !== undefined) return [only];
  return snapshots ? [...PARTS] : ['states', 'files'];
}

/** Servers take a snapshot only with the tokens that they know by then. @throws ConfigError `backup-tokens-old`; what stands between */
async function connectionFor(source: RestoreSource, { name, paths }: WhoseBackups, ctx: Context): Promise<ClusterConnection | undefined> {
  if (source.snapshots.size === 0) return undefined;
  if (source.secrets !== undefined) refuseOldTokens(source.id, (await compareSecrets(paths, source.secrets, ctx.redact)).differs);
  const { cluster } = await loadCluster(ctx, { name, targets });
  const { connection, problem } = await tryConnection(ctx, targetOf(cluster.target), cluster);
  if (connection) return connection;
  if (problem) throw problem;
  throw new UsageError(`cluster ${name} is not up: there are no servers to take a snapshot`, {
    code: 'cluster-not-up',
    next: nomadctl`up ${name}`,
  });
}

function planned(
  { rows, changes }: RestorePlan,
  { input, ctx, name, id }: { readonly input: CommandInput; readonly ctx: Context; readonly name: string; readonly id: string },
): CommandResult {
  const { style } = ctx.ui;
  const width = Math.max(...rows.map(({ what }) => what.length), 0);
  const lines = rows.map(
    ({ what, says, changes: isChanged }) =>
      `  ${isChanged ? style.good('put back') : style.dim('leave   ')}  ${what.padEnd(width)}  ${says}`,
  );
  return {
    data: { cluster: name, id, rows, changes },
    text: [
      `Restoring ${name} from ${id}`,
      '',
      ...lines,
      '',
      changes === 0 ? 'Nothing to do.' : `${changes} would be put back. Nothing was changed.`,
    ].join('\n'),
    exitCode: input.flags['exitCode'] === true && changes > 0 ? 10 : 0,
  };
}

/** Where nothing that is whole would be lost, nobody is asked. */
async function agree({ overwrites }: RestorePlan, id: string, ctx: Context): Promise<void> {
  if (overwrites.length === 0 || ctx.global.yes) return;
  const what = overwrites.join(', ');
  if (!ctx.ui.ask.canAsk)
    throw nobodyAgrees(`${id} would be put in place of what is whole: ${what}`, { why: 'what is there is backed up first' });
  if (!(await ctx.ui.ask.confirm({ message: `Put ${id} in place of ${what}? What is there is backed up first`, default: true })))
    throw new AbortError('Nothing was changed', 1, { next: again() });
}
