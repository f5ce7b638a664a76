import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fencesOf } from './markdown-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A block of a page for readers, by what is in it. Tests that run one call this with plain words: by them
 * test/unit/docs/guide-blocks.test.ts knows which blocks are run.
 * @throws when the page has no such block
 */
export function blockOf(page: string, language: string, words: string): string {
  const block = fencesOf(readFileSync(join(root, page), 'utf8'), language).find((text) => text.includes(words));
  if (block === undefined) throw new Error(`${page} has no block with ${words}`);
  return block;
}

/** The command lines of a block, without comments and what is empty. None of them goes on in a second line. */
export function linesOf(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '');
}

/** The same for lines that call nomadctl with words that no shell changes: what comes after our name. */
export function wordsOf(block: string): string[][] {
  return linesOf(block).map((line) => {
    const [program, ...words] = line.split(' ');
    if (program !== 'nomadctl' || /["'$|\\]/.test(line)) throw new Error(`a shell has to read this: ${line}`);
    return words;
  });
}
