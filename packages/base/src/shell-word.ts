/** A word as a POSIX shell, and fish, takes it: quoted where it would not stay what it is. */
export function shellWord(word: string): string {
  // zsh takes a word that begins with `=` for the path of a program.
  return /^[\w.,:/@+-][\w.,:/@=+-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
