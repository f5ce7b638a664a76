import type { ArgumentSpec, FlagSpec } from '../../src/commands/command.js';
import { commands } from '../../src/commands/index.js';
import { globalFlags } from '../../src/cli/global-flags.js';
import { targetFlags } from '../../src/targets/index.js';
import { code, madeFrom, table } from './markdown.js';
import { usageOf, verbsOf, type Verb } from './verbs.js';

/** Every command with its arguments, flags and examples, as `--help` has them. */
export async function commandsPage(): Promise<string> {
  const settings = new Set(targetFlags().map(({ flag }) => flag));
  const verbs = await verbsOf(commands);
  return [
    madeFrom('the command objects in src/commands/'),
    '# Commands',
    table(
      ['command', 'what it does'],
      verbs.map(({ path, summary }) => [`[${path}](#${path.replaceAll(' ', '-')})`, summary]),
    ),
    '## Flags of every command',
    flagTable(globalFlags),
    'Their place does not matter. Without a terminal (or with `CI` set) nothing is ever asked. How commands end: [exit codes](exit-codes.md).',
    ...verbs.flatMap((verb) => section(verb, settings)),
  ].join('\n\n');
}

function section(verb: Verb, settings: ReadonlySet<string>): string[] {
  const { path, summary, command } = verb;
  const flags = (command.flags ?? []).filter(({ flag }) => !settings.has(flag));
  const takesSettings = flags.length < (command.flags ?? []).length;
  return [
    `## ${path}`,
    `\`${usageOf(verb)}\`: ${summary}.${command.about ? ` ${command.about}` : ''}`,
    ...((command.arguments ?? []).length > 0 ? [argumentTable(command.arguments ?? [])] : []),
    ...(flags.length > 0 ? [flagTable(flags)] : []),
    ...(takesSettings ? ['Each of the [settings](settings.md) is a flag, too.'] : []),
    ['```sh', ...command.examples, '```'].join('\n'),
  ];
}

function argumentTable(specs: readonly ArgumentSpec[]): string {
  return table(
    ['argument', 'meaning'],
    specs.map(({ name, summary }) => [code(name), summary]),
  );
}

function flagTable(specs: readonly FlagSpec[]): string {
  return table(
    ['flag', 'meaning'],
    specs.map(({ flag, summary, choices, repeatable }) => [
      code(flag),
      [summary, ...(choices ? [choices.map(code).join(', ')] : []), ...(repeatable ? ['may be given several times'] : [])].join('; '),
    ]),
  );
}
