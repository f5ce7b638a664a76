import { Argument, Command as Commander, CommanderError, Option } from 'commander';
import { commands } from '../commands/index.js';
import type { Command, CommandEntry, CommandGroup, CommandInput, CommandResult, FlagSpec } from '../commands/command.js';
import type { Context } from '../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { globalFlags, programHelp } from './global-flags.js';

interface Run {
  readonly ctx: Context;
  readonly version: string;
}

/**
 * Turns the command list into a commander tree and runs the chosen command. A command is loaded when commander meets its
 * name, so help of the whole costs only names and summaries. Never ends the process.
 * @throws UsageError for a wrong command line; whatever the command throws.
 */
export async function runProgram(
  argv: readonly string[],
  { ctx, version }: Run,
  entries: readonly CommandEntry[] = commands,
): Promise<CommandResult | undefined> {
  const outcome: { result?: CommandResult | undefined } = {};
  const root = prepared(new Commander('nomadctl'), ctx)
    .description('From nothing to a running Nomad + Consul cluster and back: on this computer, or in the cloud.')
    .usage('<command> [options]')
    .addHelpText(
      'after',
      '\nStart here:\n  nomadctl up                 a cluster on this computer\n  nomadctl job deploy redis   a first job, checked\n  nomadctl down               and back to nothing\n',
    );
  // Commander takes the root's options wherever they stand, and would answer `tools install --version 1.22.0` with our own.
  if (!argv.some((word) => entries.some(({ name }) => name === word))) root.version(version, '-V, --version', 'print the version');
  // Those that help leaves out are a dozen, and cost a millisecond.
  for (const flag of globalFlags) if (!flag.hidden || isNamed(flag, argv)) root.addOption(optionOf(flag));
  root.addHelpText('afterAll', `\n${programHelp}`);
  addEntries(root, entries, { ctx, path: 'nomadctl', outcome, words: argv });
  try {
    await root.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw usageError(error, argv);
  }
  return outcome.result;
}

function isNamed({ flag }: FlagSpec, argv: readonly string[]): boolean {
  const [name = ''] = flag.split(' ');
  return argv.some((word) => word === name || word.startsWith(`${name}=`));
}

interface Branch {
  readonly ctx: Context;
  /** `nomadctl job`, for examples and hints. */
  readonly path: string;
  readonly outcome: { result?: CommandResult | undefined };
  /** What stands where a command of this branch would. */
  readonly words: readonly string[];
}

function addEntries(parent: Commander, entries: readonly CommandEntry[], branch: Branch): void {
  const loaded = new Set<string>();
  // Of a command that is named first, its siblings need not be known: only help and suggestions show them.
  const named = entries.filter(({ name }) => name === branch.words[0]);
  for (const { name, summary } of named.length > 0 ? named : entries) prepared(parent.command(name), branch.ctx).description(summary);
  parent.hook('preSubcommand', async ({ args }, child) => {
    const entry = entries.find(({ name }) => name === child.name());
    if (!entry || loaded.has(entry.name)) return;
    loaded.add(entry.name);
    const { command } = await entry.load();
    const path = `${branch.path} ${entry.name}`;
    const words = args.slice(1);
    if ('commands' in command) addEntries(child, (command satisfies CommandGroup).commands, { ...branch, path, words });
    else {
      define(child, command, { ...branch, path });
      if (command.helpOwner && asksForHelp(args)) await narrowHelp(child, command, { ...branch, path, words });
    }
  });
}

/** Settings that commander does not hand down to commands made before their parents were configured. */
function prepared(commander: Commander, ctx: Context): Commander {
  return commander
    .exitOverride()
    .configureOutput({ writeOut: (text) => ctx.ui.write(text), writeErr: (text) => ctx.ui.write(text), outputError: () => {} })
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(true)
    .allowExcessArguments(false);
}

function define(commander: Commander, command: Command, { ctx, path, outcome }: Branch): void {
  for (const { name, summary, required, variadic } of command.arguments ?? []) {
    const word = variadic ? `${name}...` : name;
    commander.addArgument(new Argument(required ? `<${word}>` : `[${word}]`, summary));
  }
  for (const flag of command.flags ?? []) commander.addOption(optionOf(flag));
  commander.addHelpText('after', helpTail(command));
  const contradictions = noteContradictions(commander);
  commander.action(async () => {
    if (command.helpOwner && commander.getOptionValue('all') === true) throw helpOnly(path);
    const input = inputOf(commander, command);
    Object.assign(ctx.given, { path: path.split(' ').slice(1), ...input });
    refuseContradiction(contradictions);
    outcome.result = await command.run(input, ctx);
  });
  commander.usage(usageOf(command));
}

/** Of each flag that has an opposite: which of the two were given. Commander lets the last one win, and says nothing. */
function noteContradictions(commander: Commander): ReadonlyMap<string, ReadonlySet<string>> {
  const given = new Map<string, Set<string>>();
  for (const { negate, long } of commander.options) {
    const opposite = long?.replace('--no-', '--');
    if (!negate || !long || !opposite || !commander.options.some((option) => option.long === opposite)) continue;
    const met = new Set<string>();
    given.set(opposite, met);
    for (const flag of [opposite, long]) commander.on(`option:${flag.slice(2)}`, () => void met.add(flag));
  }
  return given;
}

/** @throws UsageError `flags-contradict` */
function refuseContradiction(given: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [flag, met] of given) {
    if (met.size < 2) continue;
    const name = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    throw new UsageError(`${[...met].join(' and ')} contradict each other`, {
      code: 'flags-contradict',
      why: 'nothing was done',
      next: hint`${again({ [name]: true })}, or ${again({ [name]: false })}`,
    });
  }
}

function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => word === '--help' || word === '-h');
}

/** Hides the flags of other targets from the help, and says that `--all` shows them; it shows those that few need, too. */
async function narrowHelp(commander: Commander, command: Command, { ctx, path, words }: Branch): Promise<void> {
  const { operands } = commander.parseOptions([...words]);
  if (commander.getOptionValue('all') === true) {
    for (const option of commander.options) option.hideHelp(false);
    return;
  }
  const args = Object.fromEntries((command.arguments ?? []).map(({ name }, index) => [name, operands[index]]));
  const shownOwner = await command.helpOwner?.({ args, flags: commander.opts() }, ctx);
  const foreign = (command.flags ?? []).filter(({ owner }) => owner !== undefined && owner !== shownOwner);
  for (const { flag } of foreign) commander.options.find(({ flags }) => flags === flag)?.hideHelp();
  const owners = [...new Set(foreign.map(({ owner }) => owner))];
  const note = `Settings of clusters on ${owners.join(' and ')}: ${path} --help --all`;
  if (owners.length > 0) commander.addHelpText('after', `\n${note}`);
}

function usageOf(command: Command): string {
  const words = (command.arguments ?? []).map(({ name, required, variadic }) =>
    required ? `<${name}${variadic ? '...' : ''}>` : `[${name}${variadic ? '...' : ''}]`,
  );
  return ['[options]', ...words].join(' ');
}

function helpTail({ about, examples }: Command): string {
  const paragraph = about ? `\n${about}\n` : '';
  return `${paragraph}\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map((example) => `  ${example}`).join('\n')}`;
}

function optionOf({ flag, summary, choices, repeatable, group, hidden }: FlagSpec): Option {
  const option = new Option(flag, summary);
  if (hidden) option.hideHelp();
  if (group) option.helpGroup(group);
  if (choices) option.choices([...choices]);
  if (repeatable) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** commander gives `--no-x` flags a default of true; only what the user wrote is an answer. What the root knows, too, it gives to the root. */
function inputOf(commander: Commander, command: Command): CommandInput {
  const names = (command.arguments ?? []).map(({ name }) => name);
  const args = Object.fromEntries(names.map((name, index) => [name, commander.processedArgs[index] as string | string[] | undefined]));
  const flags: Record<string, string | boolean | readonly string[]> = {};
  for (const [name, value] of Object.entries(commander.opts())) {
    if (commander.getOptionValueSource(name) === 'cli') flags[name] = value as string | boolean | readonly string[];
  }
  const root = rootOf(commander);
  for (const name of commander.options.map((option) => option.attributeName())) {
    if (root.getOptionValueSource(name) === 'cli') flags[name] = root.getOptionValue(name) as string | boolean | readonly string[];
  }
  return { args, flags };
}

function rootOf(commander: Commander): Commander {
  return commander.parent ? rootOf(commander.parent) : commander;
}

function helpOnly(path: string): UsageError {
  return new UsageError('--all goes with --help', {
    code: 'usage-all',
    why: 'nothing was done',
    next: nomadctl`${path.split(' ').slice(1)} --help --all`,
  });
}

function usageError(error: CommanderError, argv: readonly string[]): UsageError {
  const [what = 'the command line is wrong', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2);
  const known = words.filter((word) => commands.some(({ name }) => name === word));
  return new UsageError(what, {
    code: error.code.replace('commander.', 'usage-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    why: hints,
    next: nomadctl`${known.slice(0, 1)} --help`,
  });
}
