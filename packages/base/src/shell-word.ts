/** A word as a POSIX shell takes it: quoted where it would not stay what it is. */
export function shellWord(word: string): string {
  return /^[\w.,:/@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
