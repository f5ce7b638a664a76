import type { GivenCommand } from './given-command.js';
import { GIVEN_JOB, type CommandAgain, type HintWord } from './hint.js';

/*
 * What hints know of commands, for they are made where none is loaded. test/unit/cli/hinted-commands.test.ts holds every list
 * to what the commands say of themselves.
 */

/** Commands of commands. */
export const GROUPS = [
  'job',
  'access',
  'config',
  'images',
  'tools',
  'mirror',
  'discovery',
  'docker',
  'network',
  'state',
  'proxy',
  'bootstrap',
  'tenant',
  'controller',
];
/** Take the cluster as their argument; the first three name it always, for they make and end one. */
export const NAMED = [
  ...['up', 'down', 'init', 'status', 'env', 'history', 'doctor', 'config show', 'config path'],
  ...['state doctor', 'state migrate', 'state recover', 'state unlock'],
  ...['bootstrap up', 'bootstrap status', 'bootstrap destroy'],
];
const ALWAYS_NAMED = NAMED.slice(0, 3);
/** Take the cluster before other words, where it is not given as a flag. */
const NAMED_BEFORE = ['build-images'];
/** The same whatever cluster is meant. */
export const WITHOUT_CLUSTER = [
  'tools',
  'bootstrap image',
  'bootstrap run',
  'mirror',
  'emulator',
  'list',
  'use',
  'completion',
  'job show',
  'job new',
  'job render',
];
/** What follows their first word is for another program. */
export const PASS_ON = ['exec', 'ssh'];
/** Keep the programs that are named in the cluster's file. */
const NAMING = ['up', 'init'];
/** Run no program that could be named. */
const RUN_NOTHING = ['list', 'use', 'completion', 'config', 'job show', 'job new', 'job render'];
export const IN_NAMESPACE = ['status', 'logs', 'scale', 'stop', 'promote', 'health', 'revert', 'verify', 'plan', 'deploy', 'expose'].map(
  (verb) => `job ${verb}`,
);

export const READS_FILE = ['job plan', 'job deploy'];

const VARIABLES = ['var', 'varFile', 'driver'];
/** What a job's deploy, plan or rendering takes over from what was given: the rest is no part of what is deployed. */
export const CARRIED: Readonly<Record<string, readonly string[]>> = {
  'job deploy': [...VARIABLES, 'detach', 'verify', 'resetCounts', 'via', 'queue', 'patient', 'timeout'],
  'job plan': [...VARIABLES, 'resetCounts'],
  'job render': VARIABLES,
  'job show': [],
};
/** Commands with a folder: `create --to`, and `--from` of the others. */
const BACKUPS = 'state backup';
/** Flags that only look; the command is wanted for what it does. */
const LOOKING = ['plan', 'exitCode'];

/** Words of a nomadctl command with all that was given and still matters: job, variables, namespace, cluster. Unquoted. */
export function completeWords(words: readonly HintWord[], given: GivenCommand): string[] {
  const path = pathOf(words.map(String));
  const known = withBackups(path, withNamespace(path, jobWords(path, words, given), given), given);
  return withPrograms(path, withCluster(path, known, given), given);
}

/** Backups that are kept in another folder than the cluster's: each command of theirs means the same one. */
function withBackups(path: string, words: string[], { path: before = [], flags = {} }: GivenCommand): string[] {
  const folder = flags['from'] ?? flags['to'];
  if (path !== BACKUPS || before.slice(0, 2).join(' ') !== BACKUPS || typeof folder !== 'string') return words;
  if (names(words, '--from') || names(words, '--to') || words.includes('--help')) return words;
  return [...words, ...flagWords(words[2] === 'create' ? 'to' : 'from', folder)];
}

/** What was given, to be given again; nothing where nobody knows. */
export function againWords(changes: CommandAgain['again'], { path, args = {}, flags = {}, yes }: GivenCommand): string[] | undefined {
  if (path === undefined) return undefined;
  const operands = Object.entries(args).flatMap(([name, value]) => (value === undefined || name in changes ? [] : value));
  const kept = Object.entries(flags).filter(
    ([name]) => !LOOKING.includes(name) && (!(name in changes) || typeof changes[name] === 'object'),
  );
  const changed = Object.entries(changes).filter(([name]) => name !== 'yes' && !(name in args));
  const agreed = yes === true || changes['yes'] === true ? ['--yes'] : [];
  return [
    ...path,
    ...operands,
    ...[...withoutDriver(kept, changes), ...changed].flatMap(([name, value]) => flagWords(name, value)),
    ...agreed,
  ];
}

/** A driver may be given as a variable, too. */
function withoutDriver(flags: [string, Flag][], changes: CommandAgain['again']): [string, Flag][] {
  if (!('driver' in changes)) return flags;
  return flags.map(([name, value]) => [
    name,
    name === 'var' && typeof value === 'object' ? value.filter((word) => !word.startsWith('driver=')) : value,
  ]);
}

type Flag = string | boolean | readonly string[] | undefined;

/** `replaceHost`, `['a', 'b']`: `--replace-host a --replace-host b` */
export function flagWords(name: string, value: Flag): string[] {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === undefined) return [];
  if (value === true) return [flag];
  if (value === false) return [flag.replace('--', '--no-')];
  return (typeof value === 'string' ? [value] : value).flatMap((one) => (one.startsWith('-') ? [`${flag}=${one}`] : [flag, one]));
}

function pathOf([first = '', second = '']: readonly string[]): string {
  return GROUPS.includes(first) ? `${first} ${second}` : first;
}

function jobWords(path: string, words: readonly HintWord[], { path: before = [], args = {}, flags = {} }: GivenCommand): string[] {
  if (!words.includes(GIVEN_JOB)) return words.map(String);
  const named = before.join(' ') in CARRIED ? args['job'] : undefined;
  // Only its user knows from which file a job was deployed that is there.
  const job = typeof named === 'string' ? named : '<job-file>';
  const own = words.map(String);
  const carried = typeof named === 'string' ? (CARRIED[path] ?? []).flatMap((name) => flagWords(name, flags[name])) : [];
  const isNew = ([flag = '']: readonly string[]): boolean => !own.includes(flag) || flag === '--var';
  return [...words.map((word) => (word === GIVEN_JOB ? job : word)), ...inPairs(carried).filter(isNew).flat()];
}

/** A flag with its value, where it has one. */
function inPairs(words: readonly string[]): string[][] {
  const pairs: string[][] = [];
  for (const word of words) {
    if (word.startsWith('--')) pairs.push([word]);
    else pairs.at(-1)?.push(word);
  }
  return pairs;
}

/** What is deployed says its namespace itself, unless one was given; elsewhere a job's id alone may mean several. */
function withNamespace(path: string, words: string[], { flags = {}, namespace: found }: GivenCommand): string[] {
  if (!IN_NAMESPACE.includes(path) || names(words, '--namespace') || words.includes('--help')) return words;
  const namespace = READS_FILE.includes(path) ? flags['namespace'] : (found ?? flags['namespace']);
  return typeof namespace === 'string' && namespace !== 'default' ? [...words, '--namespace', namespace] : words;
}

function withCluster(path: string, words: string[], { cluster }: GivenCommand): string[] {
  const [first = ''] = words;
  if (cluster === undefined || WITHOUT_CLUSTER.includes(first) || WITHOUT_CLUSTER.includes(path)) return words;
  if (first.startsWith('-') || words.includes('--help') || names(words, '--cluster')) return words;
  if (NAMED.includes(path)) {
    const length = path.split(' ').length;
    const isNamed = words[length] !== undefined && !words[length].startsWith('-');
    if (isNamed || (cluster.isUsual && !ALWAYS_NAMED.includes(path))) return words;
    return [...words.slice(0, length), cluster.name, ...words.slice(length)];
  }
  if (cluster.isUsual || (NAMED_BEFORE.includes(path) && words[1] === cluster.name)) return words;
  if (PASS_ON.includes(first)) return [first, '--cluster', cluster.name, ...words.slice(1)];
  return [...words, '--cluster', cluster.name];
}

/** Programs that a flag named: `up` and `init` keep them in the cluster's file, from where later commands take them. */
function withPrograms(path: string, words: string[], { programs = {}, path: [before = ''] = [] }: GivenCommand): string[] {
  const [first = ''] = words;
  if (NAMING.includes(before) || RUN_NOTHING.includes(first) || RUN_NOTHING.includes(path)) return words;
  if (first.startsWith('-') || words.includes('--help')) return words;
  const flags = Object.entries(programs).flatMap(([program, file]) =>
    names(words, `--${program}-bin`) ? [] : flagWords(`${program}-bin`, file),
  );
  return PASS_ON.includes(first) ? [first, ...flags, ...words.slice(1)] : [...words, ...flags];
}

function names(words: readonly string[], flag: string): boolean {
  return words.some((word) => word === flag || word.startsWith(`${flag}=`));
}
