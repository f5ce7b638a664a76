/** Whose certificate `rotate ca` makes anew; `up` does those of nodes. */
export const THE_AUTHORITY = 'the authority';

const DAY_MS = 24 * 3600 * 1000;

/** `ends in 12 days`, of a certificate that has this long to go; `has ended`. */
export function endsIn(leftMs: number): string {
  const days = Math.floor(leftMs / DAY_MS);
  if (leftMs <= 0) return 'has ended';
  return days === 0 ? 'ends today' : `ends in ${days} ${days === 1 ? 'day' : 'days'}`;
}
