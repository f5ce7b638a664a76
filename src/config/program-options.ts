import type { Context } from '../context.js';
import { envName, flagName, ruled, text, type Option } from '../options/option.js';

type NamedPrograms = Context['programs'];
type NamedProgram = NonNullable<ReturnType<NamedPrograms['of']>>;

/** Programs that may lie outside PATH. Each can be named by a flag of every command, a variable and a setting. */
const PROGRAMS = [
  'consul',
  'nomad',
  'packer',
  'terraform',
  'tofu',
  'go',
  'docker',
  'kubectl',
  'ssh',
  'ssh-keygen',
  'git',
  'redis-server',
  'redis-cli',
] as const;

type Key = `programs.${(typeof PROGRAMS)[number]}`;

/** The settings of all clusters that name programs: `programs.terraform`, of old as `NOMADCTL_TERRAFORM_BIN`. */
export const programOptions = Object.fromEntries(PROGRAMS.map((program) => [`programs.${program}`, optionFor(program)])) as Readonly<
  Record<Key, Option<string>>
>;

function optionFor(program: string): Option<string> {
  return text({
    summary: `file of ${program}, used whatever is on PATH; empty: the one on PATH`,
    placeholder: 'file',
    default: '',
    hidden: true,
    check: ruled((value) => (value === '' || value.startsWith('/') ? undefined : 'must be a whole path, from /'), { pattern: '^(/.*)?$' }),
  });
}

/** The flags, for every command: `--terraform-bin`, with the program's name. */
export const programFlags: readonly { readonly flag: string; readonly program: string; readonly variable: string }[] = PROGRAMS.map(
  (program) => ({ program, flag: flagName(`programs.${program}`), variable: envName(`programs.${program}`) }),
);

interface Given {
  /** By program. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Programs as flags and variables name them, to which a cluster's settings are added: weaker, as all settings of a file. */
export function namedPrograms({ flags = {}, env }: Given): NamedPrograms {
  const learnt = new Map<string, NamedProgram>();
  const named: NamedPrograms = {
    all: () => PROGRAMS.flatMap((program) => named.of(program) ?? []),
    of(program) {
      const spec = programFlags.find((candidate) => candidate.program === program);
      if (spec === undefined) return undefined;
      const [flag, variable] = [flags[program], env[spec.variable]];
      if (flag !== undefined) return { program, file: flag, where: spec.flag, kind: 'flag' };
      if (variable !== undefined && variable !== '') return { program, file: variable, where: spec.variable, kind: 'environment' };
      return learnt.get(program);
    },
    learn(found) {
      learnt.clear();
      for (const one of found) learnt.set(one.program, one);
    },
  };
  return named;
}

/** What a cluster's file names, of all its values. */
export function programsIn(values: Readonly<Record<string, { readonly value: unknown; readonly where: string }>>): NamedProgram[] {
  return PROGRAMS.flatMap((program) => {
    const found = values[`programs.${program}`];
    return typeof found?.value === 'string' && found.value !== ''
      ? [{ program, file: found.value, where: found.where, kind: 'file' as const }]
      : [];
  });
}
