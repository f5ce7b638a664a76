import { optionOf } from '../../config/option-of.js';
import { toText } from '../../options/from-text.js';
import { wordOf, type Command } from '../command.js';
import { loadSettings } from './setting.js';

export const command: Command = {
  arguments: [{ name: 'key', summary: 'a key of the cluster file', required: true, completes: 'key' }],
  examples: ['nomadctl config get clients', 'nomadctl config get versions.consul --cluster dev'],
  async run(input, ctx) {
    const key = wordOf(input, 'key') ?? '';
    const { cluster, table } = await loadSettings(ctx);
    optionOf(key, table);
    const value = cluster.settings[key];
    return { data: { cluster: cluster.name, key, value }, text: toText(value) };
  },
};
