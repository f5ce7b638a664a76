import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localOptions } from '../../src/agents/local-options.js';
import { commands as allCommands } from '../../src/commands/index.js';
import { clusterNameProblem } from '../../src/config/cluster-name.js';
import { toolNames } from '../../src/programs/tool-versions.js';
import { ucloudOptions } from '../../src/ucloud/settings/options.js';
import { isForAnyCluster } from '../helpers/any-cluster.js';
import { commandsIn, wordsInShell } from '../helpers/hint-commands.js';
import { parseCommand, type ParsedCommand } from '../helpers/parse-command.js';
import { hintsFolder, type PrintedHint } from '../helpers/printed-hints.js';
import { createTestContext } from '../helpers/test-context.js';

/** In a sentence our name may stand for itself. */
const names = new Set(allCommands.map(({ name }) => name));
/** What runs before this file printed: integration, terraform, end to end. */
const printed = distinct(keptHints());
const commands = printed.flatMap((hint) =>
  commandsIn(hint.line)
    .filter((command) => !hint.isProse || names.has(command.split(' ', 1)[0] ?? ''))
    .map((command) => ({ hint, command })),
);

function keptHints(): PrintedHint[] {
  const folder = hintsFolder();
  const files = readdirSync(folder);
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
  return lines.map((line) => JSON.parse(line) as PrintedHint);
}

function distinct(hints: readonly PrintedHint[]): PrintedHint[] {
  return [...new Map(hints.map((hint) => [JSON.stringify([hint.line, hint.argv.join(' '), hint.usual]), hint])).values()];
}

type Parse = (words: readonly string[]) => Promise<ParsedCommand | undefined>;

/** Many hints are the same but for a path: each command line is parsed once. */
async function parser(): Promise<Parse> {
  const ctx = await createTestContext();
  const known = new Map<string, Promise<ParsedCommand | undefined>>();
  return (words) => {
    const key = JSON.stringify(words);
    const parsed = known.get(key) ?? parseCommand(words, ctx);
    known.set(key, parsed);
    return parsed;
  };
}

/** What is wrong with a hinted command, in a sentence, or nothing. */
async function problemOf(words: readonly string[], { argv, usual }: PrintedHint, parse: Parse): Promise<string | undefined> {
  try {
    const parsed = await parse(words);
    return parsed && (unknownWord(parsed, argv) ?? (await otherCluster(words, parsed, { argv, usual, parse })));
  } catch (error) {
    return String(error);
  }
}

/** Keys, tools and fixed words that arguments take; before some of them, the cluster that was given there. */
function unknownWord({ args, command }: ParsedCommand, given: readonly string[]): string | undefined {
  const known = { key: [...Object.keys(ucloudOptions), ...Object.keys(localOptions)], tool: toolNames as readonly string[] };
  for (const { name, completes } of command.arguments ?? []) {
    const choices = completes === 'key' || completes === 'tool' ? known[completes] : completes;
    if (typeof choices !== 'object') continue;
    const words = [args[name] ?? []].flat().filter((word) => word !== 'value' && !/^versions\./.test(word));
    const odd = words.find((word, index) => !choices.includes(word) && !(index === 0 && given[1] === word));
    if (odd !== undefined) return `there is no ${name} ${odd}`;
  }
  return undefined;
}

interface Meant {
  readonly argv: readonly string[];
  readonly usual: readonly string[];
  readonly parse: Parse;
}

/** Pasted, it must mean the cluster that the command which printed it meant, where that one named it. */
async function otherCluster(words: readonly string[], parsed: ParsedCommand, { argv, usual, parse }: Meant): Promise<string | undefined> {
  if (isForAnyCluster(words) || isForAnyCluster(argv)) return undefined;
  const given = await parse(argv).catch(() => undefined);
  // A bootstrapper is for another cluster than the one that carries it.
  const [asked, meant] = [clusterOf(given), wordAfter(words, '--management') ?? clusterOf(parsed)];
  // A name that no cluster can have is answered with one that could.
  const isAnother = meant === 'value';
  if (isAnother || asked === undefined || clusterNameProblem(asked) !== undefined || usual.length === 0) return undefined;
  const possible = meant === undefined ? usual : [meant];
  return possible.includes(asked) ? undefined : `means ${possible.join(' or ')}, and ${asked} was meant`;
}

function wordAfter(words: readonly string[], flag: string): string | undefined {
  return words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
}

function clusterOf(parsed: ParsedCommand | undefined): string | undefined {
  const named = parsed?.args['name'];
  return parsed?.cluster ?? (typeof named === 'string' ? named : undefined);
}

describe('hints that the suites printed', () => {
  test('go through a shell and our parser, and mean the same cluster', async ({ skip }) => {
    skip(printed.length === 0, 'no suite ran that prints hints');
    const parse = await parser();
    const lines = wordsInShell(commands.map(({ command }) => command));
    expect(lines).toHaveLength(commands.length);
    const wrong = new Set<string>();
    for (const [index, words] of lines.entries()) {
      const { hint } = commands[index] ?? { hint: { argv: [], line: '', usual: [], isProse: false } };
      const problem = await problemOf(words, hint, parse);
      if (problem !== undefined) wrong.add(`nomadctl ${hint.argv.join(' ')} printed: ${hint.line}\n  ${problem}`);
    }
    const count = (texts: readonly string[]): number => new Set(texts).size;
    const inProse = count(printed.filter(({ isProse }) => isProse).map(({ line }) => line));
    process.stdout.write(
      `Hints that the suites printed: ${count(printed.map(({ line }) => line))} lines, ${inProse} of them sentences, with ${count(commands.map(({ command }) => command))} commands of ours, ${wrong.size} wrong\n`,
    );
    expect([...wrong]).toEqual([]);
  });
});
