import type { Context } from '../context.js';
import { openJournal } from '../engine/journal.js';
import { checkStepNames } from '../engine/plan-run.js';
import { previewPlan } from '../engine/preview-plan.js';
import { runPlan } from '../engine/run-plan.js';
import { inSession } from '../engine/session.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { didYouMean } from '@nomadctl/base/suggest';
import { imageKinds, imagesPlan, overridesOf, type ImageKind } from '../targets/ucloud/images-plan.js';
import { openUcloudCluster } from '../targets/ucloud/open-ucloud-cluster.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { planFlags, planOptions, showPlan } from './plan-flags.js';

export const command: Command = {
  arguments: [{ name: 'image', summary: `${imageKinds.join(', ')}; default: all three`, variadic: true, completes: imageKinds }],
  flags: [
    { flag: '--parallel <count>', summary: 'how many are built at once; default 3' },
    { flag: '--force', summary: 'build what has not changed, too' },
    { flag: '--bare', summary: 'install nothing: plain copies of the base image, for an emulator whose hosts are records' },
    ...planFlags,
  ],
  examples: ['nomadctl build-images', 'nomadctl build-images nomad-client --force', 'nomadctl build-images --plan'],
  about:
    'Builds the images of a cluster on UCloud with packer. An image whose template, scripts, versions and base are the same is left as it is. What an unfinished build left at UCloud is removed first.',
  run: buildImages,
};

async function buildImages(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { cluster } = await openUcloudCluster(ctx, 'images');
  const named = namedImages(input);
  const overrides = overridesOf(cluster.settings);
  const images = named.length > 0 ? named : imageKinds.filter((image) => overrides[image] === undefined);
  if (images.length === 0)
    return { data: { cluster: cluster.name, images: {} }, text: 'Nothing to build: the cluster file names every image' };
  const plan = imagesPlan({ images, parallel: parallelOf(input) });
  const request = { images, force: input.flags['force'] === true, bare: input.flags['bare'] === true };
  const subject = { cluster, request };
  const options = { command: ['nomadctl build-images', ...named, ...flagsAgain(input)].join(' '), ...planOptions(input) };
  const title = `Images of cluster ${cluster.name} in ${cluster.settings.region}: ${images.join(', ')}`;
  if (input.flags['plan']) {
    const journal = await openJournal(cluster.paths.journal, cluster.name);
    return showPlan(await previewPlan(plan, ctx, { subject, ...options, journal }), { input, ctx, title });
  }
  checkStepNames(plan, options);
  const startedAt = ctx.clock.now();
  return inSession(ctx, { cluster: cluster.name, paths: cluster.paths, command: options.command }, async (session) => {
    ctx.ui.note(title);
    for (const [image, id] of Object.entries(overrides)) if (named.length === 0) ctx.ui.note(`${image} is ${id}, as the cluster file says`);
    const { state } = await runPlan(plan, ctx, { subject, ...options, ...session });
    const built = images.filter((image) => state.imageWork?.[image]?.buildBecause !== undefined).length;
    return summary({ cluster: cluster.name, images: state.images ?? {}, built, ms: ctx.clock.now() - startedAt }, ctx);
  });
}

interface Outcome {
  readonly cluster: string;
  readonly images: Readonly<Record<string, { readonly id: string; readonly hash: string } | undefined>>;
  readonly built: number;
  readonly ms: number;
}

function summary({ cluster, images, built, ms }: Outcome, { ui: { style } }: Context): CommandResult {
  const headline = built === 0 ? 'Nothing to build: every image is as the cluster file says' : `Built ${built} in ${formatDuration(ms)}`;
  const lines = Object.entries(images).map(
    ([image, found]) => `  ${image.padEnd(13)}  ${found?.id ?? '-'}  ${style.dim(found?.hash ?? '')}`,
  );
  return {
    data: { cluster, images, built, ms },
    text: [style.bold(headline), ...lines, ''].join('\n'),
    next: nomadctl`up ${cluster}`,
  };
}

function namedImages(input: CommandInput): ImageKind[] {
  const argument = input.args['image'] ?? [];
  const words = typeof argument === 'string' ? [argument] : argument;
  const unknown = words.find((word) => !imageKinds.some((image) => image === word));
  if (unknown === undefined) return imageKinds.filter((image) => words.includes(image));
  throw new UsageError(`there is no image "${unknown}"${didYouMean(unknown, imageKinds)}`, {
    code: 'image-unknown',
    why: `images: ${imageKinds.join(', ')}`,
    next: nomadctl`build-images --help`,
  });
}

function parallelOf(input: CommandInput): number {
  const text = flagOf(input, 'parallel') ?? String(imageKinds.length);
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new UsageError(`--parallel must be a number from 1 to 99 (got "${text}")`, {
    code: 'flag-invalid',
    next: again({ parallel: '3' }),
  });
}

function flagsAgain(input: CommandInput): string[] {
  return ['force', 'bare'].filter((name) => input.flags[name] === true).map((name) => `--${name}`);
}
