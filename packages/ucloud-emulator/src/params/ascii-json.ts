/**
 * JSON in ASCII alone, other characters escaped. Answers are long and mostly ASCII, and a single Chinese character would
 * make V8 keep and send the whole text in two bytes a character.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
