import { basename, dirname } from 'node:path';
import { ConfigError, UsageError, type NomadctlError } from '@nomadctl/base/errors';
import { GIVEN_JOB, again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { byPlace, type Diagnostic } from './diagnostics.js';
import { calledFile } from '../catalogue/find-job.js';
import type { InputVariables } from './input-variables.js';

export interface Refused {
  /** The job file as the user calls it. */
  readonly job: string;
  readonly variables: Pick<InputVariables, 'words' | 'files'>;
  /** Where functions such as `file` looked, as that is where the user stands. Absent: in a folder of the job's own. */
  readonly lookedIn?: string | undefined;
}

/** Where a finding belongs. */
type Place =
  | { readonly kind: 'job' }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'unset'; readonly name: string };

/** Nomad's findings as an error that names the file that is wrong: the job file, a variable file, or a value that was given. */
export function refusalOf(diagnostics: readonly Diagnostic[], refused: Refused): NomadctlError {
  const found = withoutEchoes(byPlace(diagnostics)).map((diagnostic) => ({ diagnostic, place: placeOf(diagnostic, refused) }));
  const { job, lookedIn } = refused;
  const why = found.map(({ diagnostic, place }) => lineOf(diagnostic, { place, ...refused }));
  const file = found.find(({ place }) => place.kind === 'file')?.place;
  if (file?.kind === 'file') return new ConfigError(`variable file ${file.name} is wrong`, { code: 'variable-file', why });
  const value = found.find(({ place }) => place.kind === 'variable')?.place;
  if (value?.kind === 'variable')
    return new UsageError(`${calledFile(job)} cannot take this value for variable ${value.name}`, {
      code: 'variable-invalid',
      why,
      next: nomadctl`job show ${GIVEN_JOB}`,
    });
  const unset = found.flatMap(({ place }) => (place.kind === 'unset' ? [place.name] : []));
  if (unset.length > 0 && unset.length === found.length) {
    return new UsageError(`${calledFile(job)} needs a value for ${unset.join(', ')}`, {
      code: 'variable-invalid',
      why: 'declared without a default',
      next: again({ var: unset.map((name) => `${name}=<value>`) }),
    });
  }
  if (lookedIn === undefined || !diagnostics.some(({ text }) => NO_FILE.test(text)))
    return new ConfigError(`${calledFile(job)} is wrong`, { code: 'job-invalid', why });
  return new ConfigError(`${calledFile(job)} names a file that is not there`, {
    code: 'job-invalid',
    why: [...why, `Nomad looks for such files in the folder where you stand, ${lookedIn}`],
    ...(dirname(job) === '.' ? {} : { next: hint`${shell`cd ${dirname(job)}`}   then the same with ${basename(job)}` }),
  });
}

/** What `file` and its like say, in https://github.com/hashicorp/nomad/blob/main/jobspec2/functions.go */
const NO_FILE = /^Error in function call; .*no file exists at /;

/** Without what Nomad says of a value only because it has refused it on the same line already. */
function withoutEchoes(found: readonly Diagnostic[]): Diagnostic[] {
  const isEcho = ({ text }: Diagnostic): boolean => /^Unsuitable value type; .*value must be known$/.test(text);
  return found.filter(
    (one) => !isEcho(one) || !found.some((other) => other.line === one.line && other.file === one.file && !isEcho(other)),
  );
}

function placeOf({ file, text }: Diagnostic, { variables }: Refused): Place {
  const variableFile = variables.files.find(({ path }) => path === file);
  if (variableFile) return { kind: 'file', name: variableFile.name };
  const value =
    /^<value for var\.(.+) from (?:env|arguments)>$/.exec(file ?? '')?.[1] ??
    /^Invalid (?:argument )?value for (?:-var )?variable; The (?:received arg )?value for (\S+) is not/.exec(text)?.[1];
  // A value of the job file's own has a place there.
  if (value !== undefined && file !== 'stdin') return { kind: 'variable', name: value };
  const unset = /^Unset variable "([^"]+)"/.exec(text)?.[1];
  return unset === undefined ? { kind: 'job' } : { kind: 'unset', name: unset };
}

function lineOf({ line, column, text }: Diagnostic, { place, job, variables }: Refused & { place: Place }): string {
  // Nomad was given the job file on standard input, and words in place of arguments.
  const said = text
    .replace(/\bstdin:(\d+),(\d+)(?:-\d+(?:,\d+)?)?/g, `${job}, line $1, column $2`)
    .replace(/\bfor (env|cmd|varfile) variable\b/, 'for a variable');
  const at = line > 0 ? `line ${line}, column ${column}: ` : '';
  if (place.kind === 'job') return line > 0 ? `${job}, ${at}${said}` : said;
  if (place.kind === 'file') return `${place.name}${line > 0 ? `, ${at}` : ': '}${said}`;
  if (place.kind === 'unset') return said;
  const from = Object.hasOwn(variables.words, place.name) ? `--var ${place.name}` : `NOMAD_VAR_${place.name}`;
  return `${from}${line > 0 ? `, ${at}` : ': '}${said}`;
}
