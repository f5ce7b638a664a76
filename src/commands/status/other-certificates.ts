import { existsSync } from 'node:fs';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { keptFiles } from '../../docker/tls/kept-files.js';
import type { Finding } from '../../programs/doctor/finding.js';
import { endsIn } from '../../targets/ends-in.js';
import { exposedIn } from '../job/expose/exposed-here.js';

/** A certificate in the last third of its life that is no agent's. */
export interface EndingCertificate {
  readonly of: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The command that makes or shows another one. */
  readonly renew: Hint;
}

/**
 * Of everything besides agents that shows a certificate: what is exposed of a cluster, and docker engines with their clients. Asks nobody:
 * reads the cluster's state, and files of this computer.
 */
export async function endingOthers(
  { name, state }: { readonly name: string; readonly state: Readonly<Record<string, unknown>> },
  { clock, paths }: Pick<Context, 'clock' | 'paths'>,
): Promise<EndingCertificate[]> {
  const now = clock.now();
  const exposed = exposedIn(state);
  const files = keptFiles(paths);
  const isShown = exposed.exposures.some(({ certificate }) => certificate !== undefined);
  const [ofExposures, ofEngines] = await Promise.all([
    isShown ? import('../../exposure/ending-exposures.js') : undefined,
    existsSync(files.ca) ? import('../../docker/tls/ending-engine-certificates.js') : undefined,
  ]);
  // Only hosts of a cluster have an engine of their own.
  const nodes = ((state['hosts'] ?? []) as readonly { readonly name: string }[]).map((host) => host.name);
  return [
    ...(ofExposures?.endingExposures(name, exposed, now) ?? []),
    ...((await ofEngines?.endingEngineCertificates(files, { cluster: name, nodes, now })) ?? []),
  ];
}

/** A line of `doctor` each. */
export function otherCertificateFindings(ending: readonly EndingCertificate[], now: number): Finding[] {
  return ending.map(({ of, until, renew }) => ({
    id: `certificate-${of.replaceAll(' ', '-')}`,
    title: `Certificate of ${of}`,
    found: endsIn(until - now),
    wanted: 'more than a third of its life to go',
    ok: false,
    optional: true,
    faulty: true,
    fix: { command: renew },
  }));
}
