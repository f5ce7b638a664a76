import { dirname } from 'node:path';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { toText } from '../../options/from-text.js';
import { targetOf } from '../../targets/index.js';
import { wordOf, type Command } from '../command.js';
import { loadSettings, sourceText } from './setting.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  examples: ['nomadctl config show', 'nomadctl config show dev --json'],
  async run(input, ctx) {
    const { cluster, sources, file, table } = await loadSettings(ctx, wordOf(input, 'name'));
    const keys = Object.keys(table);
    const shown = keys.filter((key) => !table[key]?.hidden || sources[key]?.kind !== 'default');
    const { style } = ctx.ui;
    const rows = shown.map((key) => [
      key,
      toText(cluster.settings[key]),
      sourceText(sources[key]).replace(dirname(cluster.paths.file) + '/', ''),
    ]);
    const where = file === 'present' ? cluster.paths.file : `${cluster.paths.file} (not there: defaults hold)`;
    const head = `${style.bold(cluster.name)} on ${targetOf(cluster.target).title.replace(/^This/, 'this')}: ${where}`;
    const tableText = formatTable([{ title: 'key' }, { title: 'value' }, { title: 'from' }], rows, tableLook(ctx.ui));
    const settings = Object.fromEntries(keys.map((key) => [key, { value: cluster.settings[key], source: sources[key] }]));
    return {
      data: { cluster: cluster.name, target: cluster.target, path: cluster.paths.file, file, settings },
      text: `${head}\n\n${tableText}`,
    };
  },
};
