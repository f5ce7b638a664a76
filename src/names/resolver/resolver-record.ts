import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { DnsAddress } from '../../cluster/connection.js';
import type { ResolverWay } from './resolver-way.js';

/** What `dns --enable` has changed of a system, or was about to: written before, taken away after. */
export interface ResolverRecord {
  readonly cluster: string;
  readonly way: ResolverWay['id'];
  /** The file that is changed, links followed. */
  readonly file: string;
  /** Its text before; absent where there was none. */
  readonly before?: string;
  readonly after: string;
  readonly agents: readonly DnsAddress[];
}

/** One a computer, whoever's clusters there are: `.consul` is one of them. Everybody may read it. */
export function recordPath(root: string): string {
  return join(root, 'var/lib/nomadctl/dns.json');
}

/** @throws ConfigError `dns-record-unreadable` */
export async function readRecord(root: string): Promise<ResolverRecord | undefined> {
  const path = recordPath(root);
  const text = await readIfThere(path, 'dns-record-unreadable');
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ResolverRecord;
  } catch (cause) {
    throw new ConfigError(`${path} is no record of ours any more`, { code: 'dns-record-unreadable', next: shell`cat ${path}`, cause });
  }
}

export async function writeRecord(root: string, record: ResolverRecord): Promise<void> {
  const path = recordPath(root);
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  // Root's umask may keep others out; everybody shall see what was changed.
  await chmod(dirname(path), 0o755);
  await writeFileAtomic(path, `${JSON.stringify(record, undefined, 2)}\n`, 0o644);
  await chmod(path, 0o644);
}

export async function dropRecord(root: string): Promise<void> {
  await rm(recordPath(root), { force: true });
}
