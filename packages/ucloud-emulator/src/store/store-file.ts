import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  /** What the log holds; once, because nothing else needs to keep it. */
  load(): readonly (readonly Change[])[];
  /** @throws PrerequisiteError when the disk does not take it; then it is as if nothing had been asked. */
  append(changes: readonly Change[]): void;
  /** True when a log of so many records has grown for long. */
  isLong(records: number): boolean;
  /** Rewrites the log as one line; when that fails it stays as it is, and is tried again after as many lines. */
  compact(changes: readonly Change[]): void;
  close(): Promise<void>;
}

/**
 * @throws ConfigError for a store of another format or version, or with a broken line: it is left as it is.
 * @throws LockedError when another emulator has it open, PrerequisiteError when it can not be read or written.
 */
export async function openStoreFile(dir: string): Promise<StoreFile> {
  const lock = await lockFolder(dir);
  try {
    return openLog(join(dir, 'store.jsonl'), lock);
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

function openLog(path: string, lock: HeldLock): StoreFile {
  const { header, length, ...log } = readLog(path);
  let lines = log.lines;
  let lineCount = lines.length;
  let fd = openSync(path, 'a', 0o600);
  let end = length;
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
    load() {
      const loaded = lines;
      lines = [];
      return loaded;
    },
    append(changes) {
      write(`${JSON.stringify(changes)}\n`);
      lineCount++;
    },
    isLong: (records) => lineCount > 2 * records + SLACK_LINES,
    compact(changes) {
      try {
        fd = rewrite(path, { old: fd, content: `${headerLine()}${JSON.stringify(changes)}\n` });
        end = fstatSync(fd).size;
        lineCount = 1;
      } catch {
        rmSync(`${path}.new`, { force: true, recursive: true });
        lineCount = 0;
      }
    },
    async close() {
      closeSync(fd);
      await lock.release();
    },
  };
}

/** @returns the new file, open; the old one is closed only when the new one is in its place. */
function rewrite(path: string, { old, content }: { readonly old: number; readonly content: string }): number {
  writeFileSync(`${path}.new`, content, { mode: 0o600, flush: true });
  const fresh = openSync(`${path}.new`, 'a');
  renameSync(`${path}.new`, path);
  closeSync(old);
  return fresh;
}

const headerLine = (): string => `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;

function readLog(path: string): { readonly header: boolean; readonly lines: readonly (readonly Change[])[]; readonly length: number } {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // Killed while it wrote its very first line.
  if (whole === '' && headerLine().startsWith(text)) return { header: false, lines: [], length: 0 };
  const [first = '', ...rest] = whole.split('\n').slice(0, -1);
  checkHeader(first, path);
  return { header: true, lines: rest.map((line, index) => parseLine(line, `${path}:${index + 2}`)), length: Buffer.byteLength(whole) };
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
