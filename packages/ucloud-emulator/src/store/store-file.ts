import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, LockedError, NomadctlError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { takeLock, type HeldLock } from '@nomadctl/base/file-lock';
import type { Kind } from '../records/kinds.js';

/** A record that was written, or null for one that was removed. */
export type Change = readonly [kind: Kind, id: string, record: unknown];

const FORMAT = 'nomadctl-emulator-store';
const VERSION = 1;
/** A log of this many lines more than twice the records is rewritten. */
const SLACK_LINES = 1000;

/**
 * A folder that outlives the process: a log with one line per answered request, written before the answer goes out, so
 * that an end at any moment loses nothing that was answered. A last line without its newline was never answered.
 */
export interface StoreFile {
  /** @throws PrerequisiteError when the disk does not take it; then it is as if nothing had been asked. */
  append(changes: readonly Change[]): void;
  /** True when a log of so many records has grown for long. */
  isLong(records: number): boolean;
  /** Rewrites the log; when that fails it stays as it is, and is tried again after as many lines. */
  compact(changes: Iterable<Change>): void;
  /** May be called again. */
  close(): Promise<void>;
}

/**
 * @param apply is given what the log holds, line by line, so that a large one is never in memory as a whole.
 * @throws ConfigError for a store of another format or version, or with a broken line: it is left as it is.
 * @throws LockedError when another emulator has it open, PrerequisiteError when it can not be read or written.
 */
export async function openStoreFile(dir: string, apply: (changes: readonly Change[]) => void): Promise<StoreFile> {
  const lock = await lockFolder(dir);
  try {
    return openLog(join(dir, 'store.jsonl'), { lock, apply });
  } catch (error) {
    await lock.release();
    throw error instanceof NomadctlError ? error : unusable(dir, error);
  }
}

/** A full disk, a folder that may not be written, a file that is none. */
function unusable(dir: string, cause: unknown): PrerequisiteError {
  return new PrerequisiteError(`Cannot keep the emulator's store in ${dir}`, {
    code: 'emulator-data-not-writable',
    cause,
    next: nomadctl`emulator --data <folder>`,
  });
}

async function lockFolder(dir: string): Promise<HeldLock> {
  const attempt = await takeLock(join(dir, 'lock'), {}).catch((cause: unknown) => {
    throw unusable(dir, cause);
  });
  if (attempt && 'lock' in attempt) return attempt.lock;
  const pid = attempt?.holder.pid;
  const holder = pid === process.pid ? 'This process' : `The emulator with process id ${pid ?? 'unknown'}`;
  throw new LockedError(`${holder} has ${dir} open`, {
    code: 'emulator-store-locked',
    next: pid === undefined ? again() : shell`kill ${pid}`,
  });
}

interface Opening {
  readonly lock: HeldLock;
  readonly apply: (changes: readonly Change[]) => void;
}

function openLog(path: string, { lock, apply }: Opening): StoreFile {
  const { header, length, ...log } = readLog(path, apply);
  let lineCount = log.lines;
  let fd = openSync(path, 'a', 0o600);
  let end = length;
  let isClosed = false;
  ftruncateSync(fd, end);
  const write = (line: string): void => {
    try {
      writeFileSync(fd, line);
      end += Buffer.byteLength(line);
    } catch (error) {
      // Whatever part of the line was written must not be read back as the start of the next one.
      ftruncateSync(fd, end);
      throw unusable(dirname(path), error);
    }
  };
  if (!header) write(headerLine());
  return {
    append(changes) {
      write(`${JSON.stringify(changes)}\n`);
      lineCount++;
    },
    isLong: (records) => lineCount > 2 * records + SLACK_LINES,
    compact(changes) {
      try {
        const written = rewrite(path, { old: fd, changes });
        ({ fd, lines: lineCount } = written);
        end = fstatSync(fd).size;
      } catch {
        rmSync(`${path}.new`, { force: true, recursive: true });
        lineCount = 0;
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      closeSync(fd);
      await lock.release();
    },
  };
}

/** So many changes to a line of a rewritten log: one line for all would be as long as the whole store. */
const CHANGES_PER_LINE = 200;

/** @returns the new file, open; the old one is closed only when the new one is in its place. */
function rewrite(
  path: string,
  { old, changes }: { readonly old: number; readonly changes: Iterable<Change> },
): { readonly fd: number; readonly lines: number } {
  const fresh = openSync(`${path}.new`, 'w', 0o600);
  let lines = 0;
  try {
    writeFileSync(fresh, headerLine());
    for (const some of chunksOf(changes, CHANGES_PER_LINE)) {
      writeFileSync(fresh, `${JSON.stringify(some)}\n`);
      lines++;
    }
    fsyncSync(fresh);
  } finally {
    closeSync(fresh);
  }
  // Lines are added at its end, wherever that is after one that could not be written.
  const fd = openSync(`${path}.new`, 'a');
  renameSync(`${path}.new`, path);
  closeSync(old);
  return { fd, lines };
}

function* chunksOf<T>(items: Iterable<T>, size: number): Iterable<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

const headerLine = (): string => `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;

interface ReadLog {
  readonly header: boolean;
  /** Without the header. */
  readonly lines: number;
  /** Bytes of whole lines. */
  readonly length: number;
}

function readLog(path: string, apply: (changes: readonly Change[]) => void): ReadLog {
  let [count, length] = [0, 0];
  let rest = '';
  for (const line of existsSync(path) ? linesOf(path) : []) {
    rest = line.whole ? '' : line.text;
    if (!line.whole) continue;
    if (count === 0) checkHeader(line.text, path);
    else apply(parseLine(line.text, `${path}:${count + 1}`));
    count++;
    length += line.bytes;
  }
  // Killed while it wrote its very first line.
  if (count === 0 && !headerLine().startsWith(rest)) checkHeader('', path);
  return { header: count > 0, lines: Math.max(0, count - 1), length };
}

interface Line {
  readonly text: string;
  /** With the newline. */
  readonly bytes: number;
  /** False for a last one without its newline. */
  readonly whole: boolean;
}

const READ_BYTES = 1024 * 1024;
const NEWLINE = 10;

function* linesOf(path: string): Iterable<Line> {
  const fd = openSync(path, 'r');
  try {
    let parts: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const read = readSync(fd, buffer, 0, READ_BYTES, null);
      if (read === 0) break;
      let from = 0;
      for (let to = buffer.indexOf(NEWLINE); to >= 0 && to < read; to = buffer.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...parts, buffer.subarray(from, to)]);
        yield { text: line.toString('utf8'), bytes: line.length + 1, whole: true };
        parts = [];
        from = to + 1;
      }
      if (from < read) parts.push(buffer.subarray(from, read));
    }
    const line = Buffer.concat(parts);
    if (line.length > 0) yield { text: line.toString('utf8'), bytes: line.length, whole: false };
  } finally {
    closeSync(fd);
  }
}

function checkHeader(line: string, path: string): void {
  const header = parseOr(line, undefined) as { format?: unknown; version?: unknown } | undefined;
  if (header?.format !== FORMAT) throw refused(path, `${path} is not an emulator's store`);
  if (header.version !== VERSION)
    throw refused(path, `The store ${path} has version ${String(header.version)}; this nomadctl reads version ${VERSION}`);
}

function parseLine(line: string, place: string): readonly Change[] {
  const changes = parseOr(line, undefined);
  if (!Array.isArray(changes)) throw refused(place, `The emulator's store is damaged at ${place}`);
  return changes as readonly Change[];
}

function parseOr<T>(text: string, fallback: T): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}

function refused(path: string, message: string): ConfigError {
  return new ConfigError(message, {
    code: 'emulator-store-incompatible',
    why: 'It was left as it is',
    next: nomadctl`emulator --data <folder>`,
    details: { path },
  });
}
