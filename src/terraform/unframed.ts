/** A line of terraform's without the frame that it draws around errors: U+2502, U+2577 and U+2575. */
export function unframed(line: string): string {
  return line.replace(/^[\u2502\u2577\u2575]\s?/, '').trim();
}
