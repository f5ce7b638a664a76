import { readFile, stat } from 'node:fs/promises';
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

export async function cachedAnswer(ctx: ToolContext, path: string): Promise<string | undefined> {
  const [probes, file] = await Promise.all([read(ctx), identityOf(path)]);
  const probe = probes[path];
  return probe && probe.file === file ? probe.answer : undefined;
}

/** Programs are asked side by side, and each answer rewrites the file: one after the other, or they would lose each other's. */
let writing: Promise<void> = Promise.resolve();

export function rememberAnswer(ctx: ToolContext, path: string, answer: string): Promise<void> {
  // A cache that cannot be written costs the next run another question.
  writing = writing.then(() => remember(ctx, path, answer)).catch(() => undefined);
  return writing;
}

async function remember(ctx: ToolContext, path: string, answer: string): Promise<void> {
  const { [path]: _, ...others } = await read(ctx);
  const probes = Object.fromEntries([...Object.entries(others), [path, { file: await identityOf(path), answer }]].slice(-MOST));
  await writeFileAtomic(cacheFile(ctx), JSON.stringify({ version: 1, probes }));
}

async function read(ctx: ToolContext): Promise<Probes> {
  try {
    const found: unknown = JSON.parse(await readFile(cacheFile(ctx), 'utf8'));
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

async function identityOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}/${size}/${ino}`;
}

function cacheFile(ctx: ToolContext): string {
  return join(ctx.paths.home, 'tool-probes.json');
}
