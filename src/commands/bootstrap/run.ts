import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parcelId, readParcel, runTitle } from '../../bootstrap/parcel.js';
import { JOURNAL_NAME, ownPaths, VOLUME, VOLUME_FILES } from '../../bootstrap/volume.js';
import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { inSession } from '../../engine/session.js';
import { isAbort, NomadctlError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { bootstrapperPlan } from '../../plans/bootstrap.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';

export const command: Command = {
  flags: [{ flag: '--volume <path>', summary: `where the volume is; default: ${VOLUME}` }],
  examples: ['nomadctl bootstrap run'],
  about:
    'What a bootstrapper runs, in its container or task: reads what was delivered to its volume, does it or goes on with it, and stays until it is stopped.',
  run: runBootstrapper,
};

async function runBootstrapper(input: CommandInput, ctx: Context): Promise<CommandResult | undefined> {
  const volume = flagOf(input, 'volume') ?? VOLUME;
  if (!existsSync(volume)) {
    throw new UsageError(`there is no volume at ${volume}`, {
      code: 'bootstrap-no-volume',
      why: 'this command is for the container or the task of a bootstrapper',
      next: nomadctl`bootstrap up`,
    });
  }
  const text = await readIfThere(join(volume, VOLUME_FILES.parcel));
  if (text === undefined) ctx.ui.note('Nothing was delivered yet');
  try {
    if (text !== undefined) await work(text, volume, ctx);
  } catch (error) {
    // A mistake stays one however often it is tried: the volume tells what it was. Whatever killed a program is tried again.
    if (isAbort(error) || !(error instanceof NomadctlError) || error.code === 'tool-killed') throw error;
    ctx.ui.warn([`Failed: ${error.message}`, ...error.why].join('\n  '));
  }
  await untilStopped(ctx.signal);
  return undefined;
}

async function work(text: string, volume: string, ctx: Context): Promise<void> {
  const id = parcelId(text);
  const parcel = readParcel(text);
  const title = runTitle(parcel, id);
  await inSession(ctx, { cluster: JOURNAL_NAME, paths: ownPaths(ctx.paths, volume), command: title }, async (session) => {
    ctx.ui.note(title);
    await runPlan(bootstrapperPlan(parcel, id), ctx, { subject: { cluster: parcel.cluster }, ...session });
  });
  ctx.ui.note(`Done: ${title}`);
}

/** What ends is started again: it stays. A delivery comes with a restart. */
function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
