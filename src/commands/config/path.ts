import { existsSync } from 'node:fs';
import { chooseExistingCluster } from '../../config/current-cluster.js';
import { wordOf, type Command } from '../command.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  examples: ['nomadctl config path', '"${EDITOR:-vi}" "$(nomadctl config path)"'],
  /** Also of a file that is wrong: its path is what one needs then. */
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx, wordOf(input, 'name'));
    const { file } = ctx.paths.cluster(name);
    const exists = existsSync(file);
    if (!exists) ctx.ui.warn(`It is not there yet; to write it: ${renderHint(nomadctl`init ${name}`, ctx.given)}`);
    return { data: { cluster: name, path: file, exists }, text: file };
  },
};
