import { writeParcel } from '../../bootstrap/parcel.js';
import { packEnvironment } from '../../bootstrap/pack-parcel.js';
import { removePlaceRecord } from '../../bootstrap/place-record.js';
import { chooseCluster } from '../../config/current-cluster.js';
import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { formatDuration } from '@nomadctl/base/duration';
import { jumpHostDestroyPlan } from '../../plans/bootstrap.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { agreeToDown } from '../down/agree-to-down.js';
import { makingFlags, openBootstrapper } from './place-flags.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: makingFlags,
  examples: ['nomadctl bootstrap destroy prod'],
  about: [
    'The bootstrapper takes down what it made: jobs, hosts, then the network, for which it waits some ten minutes. Then the container, job or',
    'deployment goes, and last the volume, only when nothing is left in the cloud. Interrupted anywhere, the same command goes on; the bootstrapper does',
    'so by itself.',
  ].join(' '),
  run: destroy,
};

async function destroy(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  const bootstrapper = await openBootstrapper(input, ctx, { cluster: name, purpose: 'destroy' });
  if ((await bootstrapper.find()) === undefined && !(await bootstrapper.hasVolume())) {
    await removePlaceRecord(ctx.paths.cluster(name));
    return { data: { cluster: name, ms: 0 }, text: `There is no bootstrapper for cluster ${name}: nothing to destroy` };
  }
  await agreeToDown(name, { summary: `cluster ${name} and the volume with its states` }, ctx);
  const startedAt = ctx.clock.now();
  const parcel = writeParcel({ version: 1, want: 'destroy', cluster: name, jobs: [], files: {}, environment: packEnvironment(ctx) });
  await runPlan(jumpHostDestroyPlan, ctx, { subject: { cluster: name, parcel, bootstrapper } });
  await removePlaceRecord(ctx.paths.cluster(name));
  const left = await bootstrapper.left?.();
  const ms = ctx.clock.now() - startedAt;
  const what = left === undefined ? 'Nothing is left' : `${left.what}, is all that is left`;
  return {
    data: { cluster: name, ms, ...(left ? { left: left.what } : {}) },
    text: `${what} of cluster ${name} and its bootstrapper, after ${formatDuration(ms)}`,
    ...(left ? { next: left.remove } : {}),
  };
}
