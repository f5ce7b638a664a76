import type { Context } from '../../context.js';
import { findTool } from '../../plans/tools.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { wantedVersions } from '../wanted-versions.js';

export const command: Command = {
  arguments: [
    {
      name: 'tool',
      summary: 'consul, nomad, packer, terraform, fabio, consul-template, rocketmq or envoy',
      required: true,
      completes: 'tool',
    },
  ],
  examples: ['nomadctl tools path nomad', '"$(nomadctl tools path consul)" members'],
  run: path,
};

async function path(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const tool = await findTool(ctx, wordOf(input, 'tool') ?? '', await wantedVersions(ctx));
  if (tool.warning) ctx.ui.note(tool.warning);
  return { data: tool, text: tool.path };
}
