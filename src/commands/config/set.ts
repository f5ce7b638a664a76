import { writeClusterFile } from '../../config/cluster-file.js';
import { chooseExistingCluster } from '../../config/current-cluster.js';
import { draftSetting } from '../../config/draft-setting.js';
import { toText } from '../../options/from-text.js';
import { envName } from '../../options/option.js';
import { targets } from '../../targets/index.js';
import { wordOf, type Command } from '../command.js';
import { filePlanFlags, showFilePlan } from '../file-plan.js';

export const command: Command = {
  arguments: [
    { name: 'key', summary: 'a key of the cluster file', required: true, completes: 'key' },
    { name: 'value', summary: 'its value; lists comma-separated', required: true },
  ],
  flags: filePlanFlags,
  examples: ['nomadctl config set clients 3', 'nomadctl config set drivers raw_exec,exec --cluster dev --plan'],
  about: 'The cluster follows with the next up. Comments in the file stay.',
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx);
    const key = wordOf(input, 'key') ?? '';
    const draft = await draftSetting({ name, targets, key, text: wordOf(input, 'value') ?? '' }, ctx);
    if (input.flags['plan']) return showFilePlan(draft, input, ctx);
    const { path, before, after, value } = draft;
    if (before !== after) await writeClusterFile({ path, name, targets }, after);
    if (ctx.env[envName(key)]) ctx.ui.warn(`${envName(key)}=${ctx.env[envName(key)]} is set, and stronger`);
    const next = `Next:  ${ctx.ui.style.accent(`nomadctl up ${name}`)}`;
    const data = { cluster: name, path, key, value, changed: before !== after };
    return { data, text: `${key} is ${toText(value)} in ${path}${data.changed ? '' : ', as before'}\n${next}` };
  },
};
