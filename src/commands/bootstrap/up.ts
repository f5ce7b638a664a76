import { packParcel } from '../../bootstrap/pack-parcel.js';
import { writeParcel } from '../../bootstrap/parcel.js';
import { statePlaceOf } from '../../config/state-options.js';
import type { Context } from '../../context.js';
import { previewPlan } from '../../engine/preview-plan.js';
import { runPlan } from '../../engine/run-plan.js';
import { UsageError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { jumpHostUpPlan } from '../../plans/bootstrap.js';
import { openCluster } from '../../targets/open-cluster.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { showPlan } from '../plan-flags.js';
import { makingFlags, openBootstrapper, rememberPlace } from './place-flags.js';

const SYSTEM_JOBS = 'fabio,prometheus,node-exporter';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: [
    ...makingFlags,
    { flag: '--jobs <names>', summary: `jobs of the catalogue, deployed in this order; none: no job. Default: ${SYSTEM_JOBS}` },
    { flag: '--until <step>', summary: 'end after this step of up; no job is deployed then' },
    { flag: '--detach', summary: 'return as soon as the bootstrapper is at work' },
    { flag: '--plan', summary: 'print what would be done, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: [
    'nomadctl bootstrap up prod',
    'nomadctl bootstrap up prod --jobs fabio --detach',
    'nomadctl bootstrap up prod --on nomad --management ops',
    'nomadctl bootstrap up prod --on kubernetes --context tools --image registry.example.com/nomadctl-bootstrap:1',
    'nomadctl bootstrap up prod --plan',
  ],
  about: [
    'Has a container, a job on a cluster that runs Nomad, or a deployment on Kubernetes bring up a cluster whose file is here: network, hosts, then jobs. States of',
    'terraform, parameters and secrets lie on its volume. It goes on by itself after it was killed at any moment; given again, the command',
    'follows what is under way, goes on after a failure, or delivers what has changed.',
  ].join(' '),
  run: up,
};

async function up(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, cluster, target } = await openCluster(ctx, wordOf(input, 'name'));
  if (target.id === 'local') {
    throw new UsageError(`cluster ${name} lives on this computer, and a bootstrapper is none of its nodes`, {
      code: 'target-wrong',
      why: 'a bootstrapper makes clusters in a cloud',
      next: nomadctl`init ${name} --target ucloud`,
    });
  }
  const until = flagOf(input, 'until');
  const jobs = until === undefined ? (flagOf(input, 'jobs') ?? SYSTEM_JOBS).split(',').filter((job) => job !== '' && job !== 'none') : [];
  const keepsStates = statePlaceOf(cluster.settings).backend === 'local';
  const parcel = writeParcel(await packParcel({ cluster: name, paths: cluster.paths, keepsStates, until, jobs }, ctx));
  const bootstrapper = await openBootstrapper(input, ctx, { cluster: name, purpose: 'up' });
  const subject = { cluster: name, parcel, bootstrapper };
  if (!input.flags['plan']) await rememberPlace(name, bootstrapper, ctx);
  const detach = input.flags['detach'] === true;
  const plan = jumpHostUpPlan(!detach);
  const title = `A bootstrapper ${bootstrapper.where} for cluster ${name}: ${target.describe(cluster.settings)}`;
  if (input.flags['plan']) {
    const planned = await previewPlan(plan, ctx, { subject });
    const changes = await bootstrapper.changes?.();
    return showPlan(planned, { input, ctx, title, ...(changes?.length ? { facts: { lines: changes, data: { objects: changes } } } : {}) });
  }
  const startedAt = ctx.clock.now();
  ctx.ui.note(title);
  await runPlan(plan, ctx, { subject });
  const ms = ctx.clock.now() - startedAt;
  const text = detach ? 'The bootstrapper is at work' : `The bootstrapper is done, in ${formatDuration(ms)}`;
  return {
    data: { cluster: name, on: bootstrapper.on, madeOf: bootstrapper.madeOf, detached: detach, ms },
    text,
    next: nomadctl`bootstrap status ${name} ${detach ? ['--follow'] : []}`,
  };
}
