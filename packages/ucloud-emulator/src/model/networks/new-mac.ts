import { randomInt } from 'node:crypto';

/** One of those that are given out locally: nobody's. */
export function newMac(): string {
  return `52:54:00${Array.from({ length: 3 }, () => `:${randomInt(256).toString(16).padStart(2, '0')}`).join('')}`;
}
