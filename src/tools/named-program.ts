import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';

/** A program that somebody named by its path, which alone is used then, whatever is on PATH. */
export interface NamedProgram {
  readonly program: string;
  readonly file: string;
  /** Who says so: `--terraform-bin`, `NOMADCTL_TERRAFORM_BIN`, or the line of the cluster file. */
  readonly where: string;
  readonly kind: 'flag' | 'environment' | 'file';
}

/** Which programs are named. The edge knows flags and variables; a cluster's settings are learnt when its file is read. */
export interface NamedPrograms {
  of(program: string): NamedProgram | undefined;
  all(): readonly NamedProgram[];
  learn(named: readonly NamedProgram[]): void;
}

const MISSING = 'named-program-missing';
const UNUSABLE = 'named-program-unusable';

export function namedMissing(named: NamedProgram, why: string): PrerequisiteError {
  return new PrerequisiteError(`${named.where} names no program: "${named.file}"`, {
    code: MISSING,
    why,
    next: otherName(named, `the path of ${named.program}`),
  });
}

/** @param because a sentence that names the program and what is wrong with it */
export function namedUnusable(named: NamedProgram, because: string): PrerequisiteError {
  return new PrerequisiteError(`the program that ${named.where} names will not do`, {
    code: UNUSABLE,
    why: because,
    next: otherName(named, `another ${named.program}`),
  });
}

/** Whether an error is about the name that somebody gave a program. */
export function isAboutName(error: unknown): error is PrerequisiteError {
  return error instanceof PrerequisiteError && [MISSING, UNUSABLE].includes(error.code);
}

/** How to name another file, or none. */
function otherName({ program, where, kind }: NamedProgram, what: string): Hint {
  if (kind === 'environment') return hint`set ${where} to ${what}, or: ${shell`unset ${where}`}`;
  if (kind === 'file') return nomadctl`config set ${`programs.${program}`} ${'<file>'}`;
  return again({ [where.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())]: '<file>' });
}
