import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { consulSnapshots, nomadSnapshots } from '../../clients/snapshots/server-snapshots.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { isAbort, NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { SEALED, SNAPSHOTS, type BackedFile } from './backup-manifest.js';
import { writeFileIn, type Draft } from './write-file-in.js';

type Program = keyof typeof SNAPSHOTS;

export const PROGRAMS = ['consul', 'nomad'] as const satisfies readonly Program[];
export const TITLES: Readonly<Record<Program, string>> = { consul: 'Consul', nomad: 'Nomad' };

export interface TakenSnapshots {
  readonly files: readonly BackedFile[];
  /** A sentence for each program whose snapshot could not be had. */
  readonly missing: readonly string[];
}

/**
 * The snapshots of both programs, each from the first of its servers that gives a whole one. What was cut off on the way is no
 * snapshot: its archive would not end.
 */
export async function takeSnapshots(
  draft: Draft,
  { servers }: Pick<ClusterConnection, 'servers'>,
  { signal, line }: { readonly signal: AbortSignal; readonly line: (text: string) => void },
): Promise<TakenSnapshots> {
  const files: BackedFile[] = [];
  const missing: string[] = [];
  for (const program of PROGRAMS) {
    let problem = 'it has no servers';
    let taken: BackedFile | undefined;
    for (const endpoint of servers[program]) {
      line(`${TITLES[program]} at ${endpoint.url}`);
      const snapshots = program === 'consul' ? consulSnapshots(endpoint) : nomadSnapshots(endpoint);
      try {
        taken = await writeFileIn(draft, SNAPSHOTS[program], onlyWhole(snapshots.read(signal), TITLES[program]));
        break;
      } catch (error) {
        await rm(join(draft.folder, `${SNAPSHOTS[program]}${SEALED}`), { force: true });
        if (signal.aborted || isAbort(error)) throw error;
        taken = undefined;
        problem = error instanceof NomadctlError ? [error.message, ...error.why].join(': ') : reasonOf(error);
      }
    }
    if (taken) files.push(taken);
    else missing.push(`no snapshot of ${TITLES[program]}: ${problem}`);
  }
  return { files, missing };
}

/**
 * Hands on a gzipped archive as it comes, and looks on the way whether it ends: what was cut off is never written down to be read again.
 * @throws OutcomeError `snapshot-torn`
 */
export async function* onlyWhole(pieces: AsyncIterable<Uint8Array>, title: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  let problem: unknown;
  const unpacked = pipeline(gunzip, nowhere).catch((error: unknown) => void (problem = error ?? 'torn'));
  try {
    for await (const piece of pieces) {
      if (problem === undefined && !gunzip.write(piece)) await Promise.race([once(gunzip, 'drain').catch(() => undefined), unpacked]);
      yield piece;
    }
  } finally {
    gunzip.end();
  }
  await unpacked;
  if (problem === undefined) return;
  throw new OutcomeError(`the snapshot of ${title} is not whole`, {
    code: 'snapshot-torn',
    cause: problem,
    next: nomadctl`state backup create`,
  });
}
