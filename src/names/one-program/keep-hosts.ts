import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.js';
import { makeUserFolder, userFolder } from '@nomadctl/base/user-folder';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { consulNames } from '../consul-names.js';
import { writeInPlace } from '../resolver/write-in-place.js';
import { hostsText } from './hosts-text.js';

/** A file for /etc/hosts of one program, that follows Consul. */
export interface KeptHosts {
  readonly file: string;
  end(): Promise<void>;
}

const FOLLOW_MS = 1000;

/**
 * Writes the names of now, and again when they change: libraries read the file at every question. It is the same file all the time, for
 * who has it mounted. Where Consul does not answer, what was last known stays.
 * @throws ApiError when Consul does not answer at first
 */
export async function keepHosts(consul: AgentEndpoint, { signal, clock }: Pick<Context, 'signal' | 'clock'>): Promise<KeptHosts> {
  const system = readFileSync('/etc/hosts', 'utf8');
  makeUserFolder();
  const folder = await mkdtemp(join(userFolder(), 'hosts-'));
  const file = join(folder, 'hosts');
  const ended = new AbortController();
  try {
    let written = hostsText(system, await consulNames(consul, signal));
    // Who runs as another user in there reads it, too.
    await writeFile(file, written, { mode: 0o644 });
    const follow = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        await clock.sleep(FOLLOW_MS, ended.signal);
        const text = hostsText(system, await consulNames(consul, ended.signal).catch(() => []));
        if (text === written || text === hostsText(system, [])) continue;
        writeInPlace(file, (written = text));
      }
    };
    const following = follow().catch(() => {});
    return {
      file,
      async end() {
        ended.abort();
        await following;
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
