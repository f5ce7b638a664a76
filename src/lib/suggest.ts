import { closest, distance } from 'fastest-levenshtein';

/** The known word that a mistyped one most likely meant, or nothing when none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(word.toLowerCase(), [...known]);
  const limit = Math.max(1, Math.floor(Math.max(word.length, nearest.length) / 3));
  return distance(word.toLowerCase(), nearest.toLowerCase()) <= limit ? nearest : undefined;
}

/** ` (did you mean "clients"?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = suggest(word, known);
  return nearest ? ` (did you mean "${nearest}"?)` : '';
}
