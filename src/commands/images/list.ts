import type { Context } from '../../context.js';
import { formatAge } from '@nomadctl/base/duration';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { baseRows, imageRows, type ImageRow } from '../../targets/ucloud/image-rows.js';
import { openUcloudCluster } from '../../targets/ucloud/open-ucloud-cluster.js';
import type { UcloudTargetCluster } from '../../targets/ucloud/ucloud-cluster.js';
import { flagOf, type Command, type CommandResult } from '../command.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

export const command: Command = {
  flags: [
    { flag: '--base', summary: "UCloud's own images in the cluster's region, instead of those that were built" },
    { flag: '--os <name>', summary: 'with --base: those with this in their name' },
  ],
  examples: ['nomadctl images list', 'nomadctl images list --base --os debian'],
  about: "Lists what nomadctl built in the cluster's project and region, for every cluster there.",
  async run(input, ctx) {
    const { cluster } = await openUcloudCluster(ctx, 'images');
    const os = flagOf(input, 'os');
    return input.flags['base'] === true || os !== undefined ? listBases(ctx, cluster, os ?? '') : listBuilt(ctx, cluster);
  },
};

async function listBuilt(ctx: Context, cluster: UcloudTargetCluster): Promise<CommandResult> {
  const images = await imageRows(ctx, cluster);
  if (images.length === 0) {
    return { data: { images }, text: 'There are no images yet.\n', next: nomadctl`build-images` };
  }
  const columns = ['image', 'id', 'cluster', 'content', 'versions', 'base', 'built', 'used by'].map((title) => ({
    title,
    wraps: title === 'used by' || title === 'versions',
  }));
  const rows = images.map((image) => rowOf(image, ctx));
  return { data: { images }, text: formatTable(columns, rows, tableLook(ctx.ui)) };
}

function rowOf(image: ImageRow, { clock }: Context): string[] {
  const versions = Object.entries(image.versions).map(([program, version]) => `${program} ${version}`);
  const use = image.usedBy.length > 0 ? image.usedBy.join('; ') : image.current ? 'the next up' : '-';
  const age = image.state === 'Available' ? formatAge(clock.now() - image.builtAt) : image.state;
  return [image.image, image.id, image.cluster, image.hash, versions.join(', '), image.base, age, use];
}

async function listBases(ctx: Context, cluster: UcloudTargetCluster, os: string): Promise<CommandResult> {
  const bases = await baseRows(ctx, cluster, os);
  const { region } = cluster.settings;
  if (bases.length === 0)
    return { data: { region, bases }, text: `Region ${region} has no base image${os ? ` with "${os}" in its name` : ''}` };
  const columns = [
    { title: 'id' },
    { title: 'name' },
    { title: 'size', align: 'right' as const },
    { title: 'can be built on', wraps: true },
  ];
  const rows = bases.map(({ id, name, size, unfit }) => [id, name, `${size} GB`, unfit === undefined ? 'yes' : `no: ${unfit}`]);
  return { data: { region, bases }, text: formatTable(columns, rows, tableLook(ctx.ui)) };
}
