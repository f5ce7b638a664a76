const FOUND_LENGTH = 200;

/** What of an answer is text, on one line: answers of programs are not always text. */
export function inWords(said: string): string {
  return said
    .trim()
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, FOUND_LENGTH);
}
