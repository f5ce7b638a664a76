import * as errors from '../../packages/base/src/errors.js';
import { code, madeFrom, table } from './markdown.js';

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done, or nothing to do',
  1: 'something outside refused or failed: a program, an API, health; or you said no',
  2: 'the command line or a file is wrong',
  3: 'a prerequisite is missing: a program, a permission, a port',
  4: 'an answer is needed and there is nobody to ask; every missing flag is named',
  5: 'another run holds the cluster: who, since when',
  6: 'another run has taken over the cluster that this one was changing, or may have: it stopped in the middle; the same command continues',
  10: 'with `--exit-code`: there are changes',
  70: 'a bug of nomadctl',
  130: 'interrupted; the same command continues',
};

/** Codes of the error classes, by class name. One that a constructor is given counts with each of its values. */
export function codesOfErrors(): ReadonlyMap<string, readonly number[]> {
  const codes = new Map<string, readonly number[]>();
  for (const [name, exported] of Object.entries<unknown>(errors)) {
    if (name === 'NomadctlError' || !isErrorClass(exported)) continue;
    const { exitCode } = new exported('', { code: name });
    codes.set(name, typeof exitCode === 'number' ? [exitCode] : [1, 130]);
  }
  return codes;
}

type ErrorClass = new (message: string, parts: { code: string }) => { readonly exitCode: unknown };

function isErrorClass(exported: unknown): exported is ErrorClass {
  return typeof exported === 'function' && exported.prototype instanceof errors.NomadctlError;
}

/** @throws Error for a code of an error that has no meaning here. */
export function exitCodesPage(): string {
  const classes = [...codesOfErrors()];
  const strange = classes.flatMap(([, codes]) => codes).filter((exitCode) => MEANINGS[exitCode] === undefined);
  if (strange.length > 0) throw new Error(`say what exit code ${strange.join(', ')} means`);
  return [
    madeFrom('the error classes'),
    '# Exit codes',
    table(
      ['code', 'meaning', 'errors'],
      Object.entries(MEANINGS).map(([exitCode, meaning]) => [
        exitCode,
        meaning,
        classes
          .filter(([, codes]) => codes.includes(Number(exitCode)))
          .map(([name]) => code(name))
          .join(', '),
      ]),
    ),
    `The first Ctrl-C stops cleanly, the second says what is being waited for, the third ends nomadctl at once.

With \`--json\` an error is a document on standard output, \`{ "error": { … } }\`: \`code\` (a stable word), \`message\`, \`why\` (lines), \`next\` (a command,
where there is one), \`exitCode\`, \`log\` (a folder) and \`details\`.`,
  ].join('\n\n');
}
