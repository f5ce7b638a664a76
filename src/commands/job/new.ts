import type { Context } from '../../context.js';
import { SCAFFOLD_KINDS, writeScaffold } from '../../jobs/catalogue/write-scaffold.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';

export const command: Command = {
  arguments: [
    { name: 'kind', summary: `what to start from: ${SCAFFOLD_KINDS.join(', ')}`, required: true, completes: SCAFFOLD_KINDS },
    { name: 'name', summary: "the job's name; default: the kind" },
  ],
  examples: ['nomadctl job new web', 'nomadctl job new periodic nightly-report'],
  about: 'Writes <name>.nomad.hcl into the current folder and never overwrites anything.',
  run: create,
};

async function create(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const kind = wordOf(input, 'kind') ?? '';
  const name = wordOf(input, 'name') ?? kind;
  const file = await writeScaffold({ kind, name, templates: ctx.paths.templates });
  return {
    data: { kind, name, file },
    text: [`Wrote ${file}`, `Next:  ${ctx.ui.style.accent(`nomadctl job deploy ./${file}`)}`].join('\n'),
  };
}
