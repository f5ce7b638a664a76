import { createHash } from 'node:crypto';

/**
 * `up` without a cluster file writes one, and `down` takes away what `up` made. The file itself says that nobody touched
 * it since: a sum of the rest of the file in its first line. A note kept elsewhere could be lost, or be older than the
 * file when nomadctl is killed between two writes.
 */
const MARK = /^# Written by nomadctl up; edited, it is yours and nomadctl down keeps it\. \[([0-9a-f]{16})\]\r?\n/;

export function withMark(text: string): string {
  const rest = withoutMark(text);
  return `# Written by nomadctl up; edited, it is yours and nomadctl down keeps it. [${sumOf(rest)}]\n${rest}`;
}

export function withoutMark(text: string): string {
  return text.replace(MARK, '');
}

/** Whether `up` wrote this text and nobody changed it. */
export function hasValidMark(text: string): boolean {
  return MARK.exec(text)?.[1] === sumOf(withoutMark(text));
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
