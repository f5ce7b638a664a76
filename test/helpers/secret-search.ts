import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Where planted secrets turned up: files below some folders, and command lines and environments of processes. */
export interface SecretSearch {
  /** One that is known only later: what was seen so far is looked through for it, too. */
  add(secret: string): void;
  /** Paths relative to the folder, that hold one of the secrets in any form; `allowed` are left out. */
  files(folder: string, allowed?: readonly RegExp[]): Promise<string[]>;
  /** Command lines that were seen to hold one, since the search began. Linux only: elsewhere none are seen. */
  commandLines(): readonly string[];
  /** Command lines of processes that live now and whose environment holds one. Linux only. */
  environments(): string[];
  /** Whether a command line was seen that matches: that the search sees anything at all. */
  saw(pattern: RegExp): boolean;
  /** Whether a text holds one. */
  isIn(text: string): boolean;
}

const POLL_MS = 15;

/** How tests type what a person would (terminal.ts): nothing of ours starts it. */
const KEYBOARD = /^tmux .* send-keys -l -- /;

/** Looks for secrets, also JSON-escaped, URL-encoded, in base64, inside the base64 of something longer, and in hexadecimal. */
export function searchForSecrets(secrets: readonly string[]): SecretSearch {
  const forms = new Set(secrets.flatMap(formsOf));
  const isIn = (text: string): boolean => [...forms].some((form) => text.includes(form));
  const seen = new Set<string>();
  const stop = new AbortController();
  const watching = watchProcesses(seen, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await watching;
  });
  return {
    isIn,
    add: (secret) => formsOf(secret).forEach((form) => forms.add(form)),
    saw: (pattern) => [...seen].some((line) => pattern.test(line)),
    commandLines: () => [...seen].filter((line) => isIn(line) && !KEYBOARD.test(line)),
    environments: () =>
      (process.platform === 'linux' ? processIds() : [])
        .filter((id) => isIn(ofProcess(id, 'environ')))
        .map((id) => ofProcess(id, 'cmdline')),
    async files(folder, allowed = []) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const holding = await Promise.all(files.map(async (path) => isIn(await readFile(path, 'latin1').catch(() => ''))));
      const found = files.filter((_, index) => holding[index]).map((path) => path.slice(folder.length + 1));
      return found.filter((path) => !allowed.some((pattern) => pattern.test(path))).sort();
    },
  };
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const latin1 = bytes.toString('latin1');
  const inBase64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return shifted.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [latin1, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), bytes.toString('hex'), ...inBase64];
}

/** By then a process has become the program that it was made for: looking again would only read the same line. */
const SETTLED_MS = 2000;

/** Processes come and go: everything that lives longer than a moment is seen. */
async function watchProcesses(seen: Set<string>, signal: AbortSignal): Promise<void> {
  const buffer = Buffer.alloc(128 * 1024);
  let since = new Map<string, number>();
  while (!signal.aborted && process.platform === 'linux') {
    const now = performance.now();
    const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    since = new Map(ids.map((id) => [id, since.get(id) ?? now]));
    for (const id of ids.filter((each) => now - (since.get(each) ?? now) < SETTLED_MS)) {
      const line = commandLine(id, buffer);
      if (line !== '') seen.add(line);
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** At once and into one buffer: thousands of small reads a second, as promises, took a processor of their own. */
function commandLine(id: string, buffer: Buffer): string {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${id}/cmdline`, 'r');
    const size = readSync(file, buffer);
    return buffer.toString('latin1', 0, size).replaceAll('\0', ' ').trim();
  } catch {
    // It has ended.
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function processIds(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** A file of a process, with blanks between its words; nothing of one that has ended, or is somebody else's. */
function ofProcess(id: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
