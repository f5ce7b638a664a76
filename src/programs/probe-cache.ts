import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { ToolContext } from '../tools/tool-context.js';

/**
 * Remembers what a program answered to "which version are you", for as long as its file stays the same: asking costs up
 * to 100 ms each time. A cache that cannot be read or written is as good as an empty one.
 */
interface Cache {
  readonly version: 1;
  readonly probes: Probes;
}

/** By path of the program. */
type Probes = Readonly<Record<string, { readonly file: string; readonly answer: string }>>;

/** Programs come and go; this many are plenty. */
const MOST = 50;

/** @throws the disk's own error when there is no such file */
export function cachedAnswer(ctx: ToolContext, path: string): string | undefined {
  const probe = read(ctx)[path];
  return probe && probe.file === identityOf(path) ? probe.answer : undefined;
}

/** Programs are asked side by side, and each answer rewrites the file: one after the other, or they would lose each other's. */
let writing: Promise<void> = Promise.resolve();

export function rememberAnswer(ctx: ToolContext, path: string, answer: string): Promise<void> {
  // A cache that cannot be written costs the next run another question.
  writing = writing.then(() => remember(ctx, path, answer)).catch(() => undefined);
  return writing;
}

async function remember(ctx: ToolContext, path: string, answer: string): Promise<void> {
  const { [path]: _, ...others } = read(ctx);
  const probes = Object.fromEntries([...Object.entries(others), [path, { file: identityOf(path), answer }]].slice(-MOST));
  await writeFileAtomic(cacheFile(ctx), JSON.stringify({ version: 1, probes }));
}

function read(ctx: ToolContext): Probes {
  try {
    const found: unknown = JSON.parse(readFileSync(cacheFile(ctx), 'utf8'));
    return isCache(found) ? found.probes : {};
  } catch {
    return {};
  }
}

function isCache(found: unknown): found is Cache {
  const { version, probes } = (found ?? {}) as Partial<Cache>;
  if (version !== 1 || typeof probes !== 'object' || probes === null) return false;
  return Object.values(probes).every((probe) => typeof probe?.file === 'string' && typeof probe.answer === 'string');
}

function identityOf(path: string): string {
  const { mtimeMs, size, ino } = statSync(path);
  return `${mtimeMs}/${size}/${ino}`;
}

function cacheFile(ctx: ToolContext): string {
  return join(ctx.paths.home, 'tool-probes.json');
}
