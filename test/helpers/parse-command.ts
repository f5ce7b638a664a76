import { endOwnOptions } from '../../src/cli/end-own-options.js';
import { readGlobalFlags } from '../../src/cli/global-flags.js';
import { runProgram } from '../../src/cli/program.js';
import type { Command, CommandEntry, CommandGroup, CommandInput } from '../../src/commands/command.js';
import { commands } from '../../src/commands/index.js';
import type { Context } from '../../src/context.js';

export interface ParsedCommand extends CommandInput {
  readonly cluster: string | undefined;
  readonly command: Command;
}

/**
 * Reads a command line with the program's own parser, and runs nothing. Without a result it was a question for help.
 * @throws UsageError as nomadctl itself would
 */
export async function parseCommand(words: readonly string[], ctx: Context): Promise<ParsedCommand | undefined> {
  let parsed: ParsedCommand | undefined;
  const argv = endOwnOptions(words, commands);
  const entries = withoutActions(commands, (command, input) => {
    parsed = { ...input, command, cluster: readGlobalFlags(argv).cluster };
  });
  await runProgram(argv, { ctx, version: '0.0.0' }, entries);
  return parsed;
}

function withoutActions(entries: readonly CommandEntry[], keep: (command: Command, input: CommandInput) => void): CommandEntry[] {
  return entries.map((entry) => ({
    ...entry,
    load: async () => {
      const { command } = await entry.load();
      return { command: isGroup(command) ? { commands: withoutActions(command.commands, keep) } : withoutAction(command, keep) };
    },
  }));
}

function withoutAction(command: Command, keep: (command: Command, input: CommandInput) => void): Command {
  return { ...command, run: async (input) => (keep(command, input), Promise.resolve(undefined)) };
}

function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return 'commands' in command;
}
