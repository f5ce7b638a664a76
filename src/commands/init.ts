import { readClusterText, writeClusterFile } from '../config/cluster-file.js';
import { draftClusterFile, type ClusterFileDraft } from '../config/draft-cluster-file.js';
import { draftFromFile } from '../config/draft-from-file.js';
import type { Context } from '../context.js';
import { underLock } from '../engine/lock.js';
import { AbortError, OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { targetFlags, targets as allTargets } from '../targets/index.js';
import type { Target } from '../targets/target.js';
import { nobodyAgrees } from './nobody-agrees.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { filePlanFlags, showFilePlan } from './file-plan.js';
import { allSettingsFlag, settingsOwner } from './settings-help.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; one that is there is edited', completes: 'cluster' }],
  flags: [
    { flag: '--from <file>', summary: 'take this cluster file instead of asking' },
    { flag: '--target <target>', summary: 'where the cluster lives', choices: allTargets.map(({ id }) => id) },
    ...targetFlags(),
    ...filePlanFlags,
    allSettingsFlag,
  ],
  examples: ['nomadctl init', 'nomadctl init staging --servers 3 --clients 3 --yes', 'nomadctl init --from cluster.yaml --plan'],
  about:
    'Asks for everything that matters, with what holds now as the default; a flag answers its question. Where nobody can be asked, defaults hold.',
  helpOwner: settingsOwner,
  run: (input, ctx) => init(input, ctx),
};

export async function init(input: CommandInput, ctx: Context, targets: readonly Target[] = allTargets): Promise<CommandResult> {
  const from = flagOf(input, 'from');
  const request = { name: wordOf(input, 'name'), flags: input.flags, targets };
  const draft = await (from === undefined ? draftClusterFile(request, ctx) : draftFromFile(from, request, ctx));
  const { interview } = draft;
  for (const remark of interview?.remarks ?? []) ctx.ui.note(remark);
  if (input.flags['plan']) {
    const plan = showFilePlan(draft, input, ctx);
    return { ...plan, data: { ...(plan.data as object), ...interview?.facts } };
  }
  const data = { cluster: draft.name, path: draft.path, changed: draft.before !== draft.after, ...interview?.facts };
  if (data.changed) {
    if (from !== undefined && draft.before !== undefined) await confirmReplacing(draft, ctx);
  }
  // A run that goes on meanwhile has read the file, and may write it.
  await underLock(ctx.paths.cluster(draft.name).lock, { command: `nomadctl init ${draft.name}`, now: ctx.clock.now() }, async () => {
    if ((await readClusterText(draft.path)) !== draft.before) throw changedMeanwhile(draft);
    if (data.changed) await writeClusterFile({ path: draft.path, name: draft.name, targets }, draft.after);
    await interview?.keep?.();
  });
  return {
    data,
    text: data.changed ? `Wrote ${draft.path}` : `${draft.path} is as it was`,
    next: interview?.next ?? nomadctl`up ${draft.name}`,
  };
}

/** Questions take minutes: what was written in between was not asked about. */
function changedMeanwhile({ path, name }: ClusterFileDraft): OutcomeError {
  return new OutcomeError(`${path} was changed while the questions were asked`, {
    code: 'file-changed',
    why: 'it was left as it is now, and no answer was kept',
    next: nomadctl`init ${name}`,
  });
}

async function confirmReplacing({ name, path }: ClusterFileDraft, ctx: Context): Promise<void> {
  if (ctx.global.yes) return;
  if (!ctx.ui.ask.canAsk) {
    const next = hint`${again({ plan: true })}   shows the difference`;
    throw nobodyAgrees(`--yes has to be given: cluster ${name} has a file, and it says something else`, { why: path, next });
  }
  if (!(await ctx.ui.ask.confirm({ message: `Replace ${path}?`, default: false }))) throw new AbortError(`${path} was left as it is`, 1);
}
