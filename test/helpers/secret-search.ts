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
  /** Whether a command line was seen that matches: that the search sees anything at all. */
  saw(pattern: RegExp): boolean;
  /** Whether a text holds one. */
  isIn(text: string): boolean;
}

const POLL_MS = 15;

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
    commandLines: () => [...seen].filter(isIn),
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

/** Processes come and go: everything that lives longer than a moment is seen. */
async function watchProcesses(seen: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && process.platform === 'linux') {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const id of ids) {
      const line = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
      if (line !== '') seen.add(line.replaceAll('\0', ' ').trim());
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
