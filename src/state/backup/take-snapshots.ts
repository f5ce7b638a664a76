import { createReadStream } from 'node:fs';
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
import { SNAPSHOTS, type BackedFile } from './backup-manifest.js';
import { writeFileIn } from './write-file-in.js';

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
  folder: string,
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
        taken = await writeFileIn(folder, SNAPSHOTS[program], snapshots.read(signal));
        await checkWhole(join(folder, taken.path));
        break;
      } catch (error) {
        await rm(join(folder, SNAPSHOTS[program]), { force: true });
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

/** @throws OutcomeError `snapshot-torn` */
export async function checkWhole(file: string): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(file), createGunzip(), nowhere).catch((cause: unknown) => {
    throw new OutcomeError(`the snapshot ${file} is not whole`, { code: 'snapshot-torn', cause, next: nomadctl`state backup create` });
  });
}
