import { setTimeout as delay } from 'node:timers/promises';
import { pauseOf, type Bootstrapper, type FoundBootstrapper } from '../../bootstrap/place.js';
import type { Progress } from '../../bootstrap/progress.js';
import { readProgress } from '../../bootstrap/read-progress.js';
import { chooseCluster } from '../../config/current-cluster.js';
import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { lookingFlags, openBootstrapper } from './place-flags.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: [...lookingFlags, { flag: '-f, --follow', summary: 'a line whenever a step begins or ends, until the bootstrapper is done' }],
  examples: ['nomadctl bootstrap status prod', 'nomadctl bootstrap status prod --follow'],
  about:
    'Reads the journals on the volume; those of a job on Nomad or a deployment on Kubernetes while it runs. Exit code 1 when the last run failed.',
  run: status,
};

async function status(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  const bootstrapper = await openBootstrapper(input, ctx, { cluster: name, purpose: 'look' });
  const said = new Map<string, string>();
  for (;;) {
    const { found, progress } = await look(name, bootstrapper);
    const isOver = progress.run !== undefined && progress.run.outcome !== 'running';
    if (input.flags['follow'] !== true || isOver || found.isOver) return result(name, bootstrapper, { found, progress });
    for (const { id, status: now } of progress.steps) {
      if (said.get(id) !== now) ctx.ui.note(`${now.padEnd(11)} ${id}`);
      said.set(id, now);
    }
    await delay(pauseOf(bootstrapper), undefined, { signal: ctx.signal });
  }
}

interface Look {
  readonly found: FoundBootstrapper;
  readonly progress: Progress & { readonly isUnseen: boolean };
}

/** @throws UsageError `bootstrapper-unknown` */
async function look(cluster: string, bootstrapper: Bootstrapper): Promise<Look> {
  const found = await bootstrapper.find();
  const { name, noun, where } = bootstrapper;
  if (found === undefined) {
    throw new UsageError(`there is no bootstrapper for cluster ${cluster} ${where}`, {
      code: 'bootstrapper-unknown',
      why: (await bootstrapper.hasVolume()) ? `its volume ${name} is there, and no ${noun}` : `there is no ${noun} ${name}`,
      next: nomadctl`bootstrap up ${cluster}`,
    });
  }
  return { found, progress: await readProgress(bootstrapper, cluster) };
}

function result(cluster: string, { name, noun, on }: Bootstrapper, { found, progress: { run, steps, isUnseen } }: Look): CommandResult {
  const width = Math.max(0, ...steps.map(({ id }) => id.length));
  const rows = steps.map(({ id, status: how, detail, error }) => `  ${how.padEnd(11)} ${id.padEnd(width)}  ${error ?? detail}`.trimEnd());
  const unseen = isUnseen ? 'and what it has done cannot be read now' : 'nothing was begun yet';
  const what = run === undefined ? unseen : `${run.plan.split(' ').slice(0, 2).join(' ')} ${run.outcome}`;
  return {
    data: { cluster, on, status: found.status, run: run ?? null, steps },
    text: [`${name}: ${noun} ${found.status}, ${what}`, ...rows].join('\n'),
    exitCode: run?.outcome === 'failed' ? 1 : 0,
    ...(run?.outcome === 'failed' || found.isOver ? { next: nomadctl`bootstrap up ${cluster}` } : {}),
  };
}
