import { readFile } from 'node:fs/promises';
import { parcelId, readParcel, runTitle } from '../../bootstrap/parcel.js';
import { JOURNAL_NAME, ownPaths, VOLUME_PLACES } from '../../bootstrap/volume.js';
import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { inSession } from '../../engine/session.js';
import { isAbort, NomadctlError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { bootstrapperPlan } from '../../plans/bootstrap.js';
import type { Command, CommandInput, CommandResult } from '../command.js';

export const command: Command = {
  examples: ['nomadctl bootstrap run'],
  about:
    'What the container of a bootstrapper runs: reads what was delivered to its volume, does it or goes on with it, and stays until it is stopped.',
  run: runBootstrapper,
};

async function runBootstrapper(_: CommandInput, ctx: Context): Promise<CommandResult | undefined> {
  const text = await readFile(VOLUME_PLACES.parcel, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`nothing was delivered: there is no ${VOLUME_PLACES.parcel}`, {
      code: 'parcel-missing',
      why: 'this command is for the container of a bootstrapper',
      next: nomadctl`bootstrap up --on docker`,
      cause,
    });
  });
  try {
    await work(text, ctx);
  } catch (error) {
    // A mistake stays one however often it is tried: the volume tells what it was. Whatever killed a program is tried again.
    if (isAbort(error) || !(error instanceof NomadctlError) || error.code === 'tool-killed') throw error;
    ctx.ui.warn([`Failed: ${error.message}`, ...error.why].join('\n  '));
  }
  await untilStopped(ctx.signal);
  return undefined;
}

async function work(text: string, ctx: Context): Promise<void> {
  const id = parcelId(text);
  const parcel = readParcel(text);
  const title = runTitle(parcel, id);
  await inSession(ctx, { cluster: JOURNAL_NAME, paths: ownPaths(ctx.paths), command: title }, async (session) => {
    ctx.ui.note(title);
    await runPlan(bootstrapperPlan(parcel, id), ctx, { subject: { cluster: parcel.cluster }, ...session });
  });
  ctx.ui.note(`Done: ${title}`);
}

/** A container that ends is started again: it stays. */
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
