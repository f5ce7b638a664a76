import coerce from 'semver/functions/coerce.js';
import valid from 'semver/functions/valid.js';

/** The version in a program's answer; `pattern` has it in its first group. Undefined where there is none. */
export function versionIn(answer: string, pattern: RegExp): string | undefined {
  const word = pattern.exec(answer)?.[1];
  // Go and Docker leave out or pad numbers (go1.26, 20.10.05), which only coerce() reads.
  return valid(word) ?? coerce(word)?.version;
}
