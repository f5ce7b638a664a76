import { chooseCluster, clusterNames } from '../config/current-cluster.js';
import type { Context } from '../context.js';
import { formatAge } from '@nomadctl/base/duration';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { overviewOf, type ClusterOverview } from '../targets/cluster-overview.js';
import type { Command, CommandResult } from './command.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

export const command: Command = {
  examples: ['nomadctl list', 'nomadctl list --json'],
  about: 'The cluster with a * is the one that commands mean when none is named.',
  run: (_input, ctx) => list(ctx),
};

async function list(ctx: Context): Promise<CommandResult> {
  const names = await clusterNames(ctx.paths);
  const { name: current } = await chooseCluster(ctx);
  const clusters = await mapBounded(names, FILES_AT_ONCE, (name) => overviewOf(name, ctx));
  const data = { current, clusters: clusters.map((cluster) => ({ ...cluster, current: cluster.name === current })) };
  if (clusters.length === 0) return { data, text: 'There are no clusters yet.\n', next: nomadctl`up` };
  return { data, text: [tableOf(clusters, current, ctx), ...pendingLines(clusters, ctx)].join('\n') };
}

/** Commands are too long for a cell, and must not be cut. */
function pendingLines(clusters: readonly ClusterOverview[], { ui }: Context): string[] {
  const lines = clusters
    .filter(({ state }) => state === 'pending')
    .map(({ name, detail }) => `${ui.style.warn('pending')}  ${name}: ${detail}`);
  return lines.length === 0 ? [] : ['', ...lines];
}

function tableOf(clusters: readonly ClusterOverview[], current: string, { ui, clock }: Context): string {
  const columns = [' ', 'name', 'target', 'state', 'size', 'nomad', 'consul', 'made'].map((title) => ({
    title,
    wraps: title === 'state' || title === 'size',
  }));
  const rows = clusters.map((cluster) => [
    cluster.name === current ? '*' : ' ',
    cluster.name,
    cluster.target ?? '-',
    stateCell(cluster, ui.style),
    cluster.size ?? '-',
    cluster.nomad ?? '-',
    cluster.consul ?? '-',
    cluster.createdAt === undefined ? '-' : formatAge(clock.now() - cluster.createdAt),
  ]);
  return formatTable(columns, rows, tableLook(ui));
}

function stateCell({ state, detail }: ClusterOverview, style: Context['ui']['style']): string {
  if (state === 'pending') return style.warn(state);
  const paint = state === 'up' ? style.good : state === 'down' ? style.dim : style.warn;
  return `${paint(state)}${detail ? ` ${style.dim(detail)}` : ''}`;
}
