import { setTimeout as delay } from 'node:timers/promises';
import { findContainer, hasVolume, nameOf, readVolume } from '../../bootstrap/docker/bootstrapper.js';
import { progressIn, type Progress } from '../../bootstrap/progress.js';
import { clusterJournal, VOLUME_PLACES } from '../../bootstrap/volume.js';
import { chooseCluster } from '../../config/current-cluster.js';
import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { onFlag } from './place-flags.js';

/** A volume tells nobody that a file of it has changed: it is looked at. */
const PAUSE_MS = 500;

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: [onFlag, { flag: '-f, --follow', summary: 'a line whenever a step begins or ends, until the bootstrapper is done' }],
  examples: ['nomadctl bootstrap status prod', 'nomadctl bootstrap status prod --follow'],
  about: 'Reads the journals on the volume, whether the container runs or not. Exit code 1 when the last run failed.',
  run: status,
};

async function status(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  const said = new Map<string, string>();
  for (;;) {
    const { container, progress } = await look(name, ctx);
    const isOver = progress.run !== undefined && progress.run.outcome !== 'running';
    if (input.flags['follow'] !== true || isOver || container === 'exited') return result(name, container, progress);
    for (const { id, status: now } of progress.steps) {
      if (said.get(id) !== now) ctx.ui.note(`${now.padEnd(11)} ${id}`);
      said.set(id, now);
    }
    await delay(PAUSE_MS, undefined, { signal: ctx.signal });
  }
}

/** @throws UsageError `bootstrapper-unknown` */
async function look(cluster: string, ctx: Context): Promise<{ readonly container: string; readonly progress: Progress }> {
  const container = await findContainer(ctx, cluster);
  if (container === undefined) {
    const volume = await hasVolume(ctx, cluster);
    throw new UsageError(`there is no bootstrapper for cluster ${cluster}`, {
      code: 'bootstrapper-unknown',
      why: volume ? `its volume ${nameOf(cluster)} is there, and no container` : `docker has no container ${nameOf(cluster)}`,
      next: nomadctl`bootstrap up ${cluster}`,
    });
  }
  const [own, its] = [await readVolume(ctx, cluster, VOLUME_PLACES.journal), await readVolume(ctx, cluster, clusterJournal(cluster))];
  return { container: container.status, progress: progressIn(own, its) };
}

function result(name: string, container: string, { run, steps }: Progress): CommandResult {
  const width = Math.max(0, ...steps.map(({ id }) => id.length));
  const rows = steps.map(({ id, status: how, detail, error }) => `  ${how.padEnd(11)} ${id.padEnd(width)}  ${error ?? detail}`.trimEnd());
  const what = run === undefined ? 'nothing was begun yet' : `${run.plan.split(' ').slice(0, 2).join(' ')} ${run.outcome}`;
  return {
    data: { cluster: name, container, run: run ?? null, steps },
    text: [`${nameOf(name)}: container ${container}, ${what}`, ...rows].join('\n'),
    exitCode: run?.outcome === 'failed' ? 1 : 0,
    ...(run?.outcome === 'failed' || container === 'exited' ? { next: nomadctl`bootstrap up ${name}` } : {}),
  };
}
