import type { Reply } from '../../../../test/helpers/emulated-cloud.js';

/**
 * Answers as text that is the same in every run: ids are numbered by kind in the order in which they come, in all of the
 * answers together; hardware addresses, which are random, and fingerprints of keys, which are made with ids, are left out.
 */
export function readableAnswers(answers: Readonly<Record<string, Reply>>): string {
  const numbers = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (id: string, kind: string): string => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    numbers.set(id, `${kind}-${count}`);
    return `${kind}-${count}`;
  };
  return `${JSON.stringify(answers, null, 2)
    .replace(/\b([A-Za-z0-9]+)-(?:[a-z0-9]{10}|[0-9a-f]{8}|[0-9a-f]{6})\b/g, numbered)
    .replace(/\b(?:[0-9a-f]{2}:){15}[0-9a-f]{2}\b/g, '…')
    .replace(/\b52:54:00(?::[0-9a-f]{2}){3}\b/g, '52:54:00:…')}\n`;
}
