import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/**
 * Writes a file that may be a mount of its own, as /etc/resolv.conf is in containers: nothing can be renamed over it. It keeps its owner,
 * its mode and its place. Killed in between, it has all of the new text, and perhaps the end of a longer old one after it: `isHalfway`.
 */
export function writeInPlace(path: string, text: string): void {
  const file = openSync(path, 'r+');
  try {
    const bytes = Buffer.from(text);
    writeSync(file, bytes, 0, bytes.length, 0);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether a text is what a kill left of writing `text` over `old`. */
export function isHalfway(now: string, { old, text }: { readonly old: string; readonly text: string }): boolean {
  const [seen, before, after] = [now, old, text].map((one) => Buffer.from(one)) as [Buffer, Buffer, Buffer];
  return (
    after.length < before.length &&
    seen.length === before.length &&
    seen.subarray(0, after.length).equals(after) &&
    seen.subarray(after.length).equals(before.subarray(after.length))
  );
}
