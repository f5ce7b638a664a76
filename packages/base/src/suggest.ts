import { closest, distance } from 'fastest-levenshtein';

/** The known word that a mistyped one most likely meant, or nothing when none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const typed = word.toLowerCase();
  const nearest = closest(typed, [...known]);
  const limit = Math.max(1, Math.floor(Math.max(word.length, nearest.length) / 3));
  const edits = distance(typed, nearest.toLowerCase());
  return edits <= limit || (edits === 2 && hasSameLetters(typed, nearest.toLowerCase())) ? nearest : undefined;
}

/** Two letters in the wrong order are one slip, and two edits. */
function hasSameLetters(a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}

/** ` (did you mean "clients"?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = suggest(word, known);
  return nearest ? ` (did you mean "${nearest}"?)` : '';
}
