import { ConfigError, UsageError, type NomadctlError } from '@nomadctl/base/errors';
import { edit, type Hint } from '@nomadctl/base/hint/hint';

/** Something wrong with what was given, and where: `--clients`, `NOMADCTL_CLIENTS`, or a place in a cluster file. */
export interface Problem {
  readonly where: string;
  /** The key in the cluster file, unless `where` says it. */
  readonly key?: string;
  readonly text: string;
  readonly why?: string;
  /** The command that mends it; without one, an editor does. */
  readonly next?: Hint;
  /** The whole path of the file that has to be edited. */
  readonly file?: string;
}

const MOST = 20;

export function lineOf({ where, key, text }: Problem): string {
  const place = [where, key].filter(Boolean).join(' ');
  return place === '' ? text : `${place}: ${text}`;
}

/** Makes one error of all problems, so that nobody has to fix them one run at a time. Expects at least one. */
export function errorOf(problems: readonly Problem[], next?: Hint): NomadctlError {
  const file = problems.find((problem) => problem.file !== undefined)?.file;
  const lines = problems.map(lineOf);
  const details = { problems: lines };
  const where = file === undefined ? [] : [`the file is ${file}`];
  const Kind = file === undefined ? UsageError : ConfigError;
  const code = file === undefined ? 'option-invalid' : 'cluster-file-invalid';
  const fixing = problems.every((problem) => problem.next !== undefined) ? problems[0]?.next : undefined;
  const then = fixing ?? (file === undefined ? next : edit(file));
  if (lines.length === 1)
    return new Kind(lines[0] ?? '', {
      code,
      why: [...(problems[0]?.why === undefined ? [] : [problems[0].why]), ...where],
      next: then,
      details,
    });
  const more = lines.length > MOST ? [`and ${lines.length - MOST} more`] : [];
  return new Kind(`${lines.length} settings are wrong`, { code, why: [...lines.slice(0, MOST), ...more, ...where], next: then, details });
}
