import { isEnding } from '@nomadctl/base/certificates/certificate-life';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { lifeOf } from '../security/authority/certificate-standing.js';
import type { SecurityReport } from './cluster-report.js';

/** Whose certificate a file has. */
export interface CertificateFile {
  readonly of: string;
  readonly path: string;
}

/** Those certificates that end within a third of their life. A file that is not there, or has none, is left out. */
export async function endingAmong(files: readonly CertificateFile[], now: number): Promise<SecurityReport['ending']> {
  const lives = await mapBounded(files, FILES_AT_ONCE, async ({ of, path }) => {
    const life = lifeOf((await readIfThere(path)) ?? '');
    return life && isEnding(life, now) ? [{ of, until: life.until }] : [];
  });
  return lives.flat();
}
