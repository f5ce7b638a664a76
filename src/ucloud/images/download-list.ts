import releases from '../../../toolchain/releases.json' with { type: 'json' };
import type { ImageName } from '../settings/image-names.js';

/** A release of Consul or Nomad, as a file server holds it. */
export interface ReleaseFiles {
  readonly program: 'consul' | 'nomad';
  readonly version: string;
  readonly archive: string;
  readonly sums: string;
  /** Of the official releases only: a mirror may hold what was built elsewhere. */
  readonly signature?: string;
}

/** @param fileServer base address; empty: the official releases */
export function releaseFiles(fileServer: string, program: 'consul' | 'nomad', version: string): ReleaseFiles {
  const base = `${(fileServer === '' ? releases.address : fileServer).replace(/\/+$/, '')}/${program}/${version}`;
  const fill = (pattern: string): string =>
    pattern.replace(/\{(\w+)\}/g, (_, key: string) => ({ tool: program, version, os: 'linux', arch: 'amd64' })[key] ?? key);
  return {
    program,
    version,
    archive: `${base}/${fill(releases.archive)}`,
    sums: `${base}/${fill(releases.sums)}`,
    ...(fileServer === '' ? { signature: `${base}/${fill(releases.signature)}` } : {}),
  };
}

/** Programs that the hosts of an image run. */
export function programsOf(image: ImageName): readonly ('consul' | 'nomad')[] {
  return image === 'consul-server' ? ['consul'] : ['consul', 'nomad'];
}

/** The sum of a file by a list as `sha256sum` writes it. */
export function sumIn(list: string, file: string): string | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const lines = list.split('\n').map((line) => line.trim().split(/\s+\*?/));
  return lines.find(([sum, listed]) => listed === name && /^[0-9a-f]{64}$/.test(sum ?? ''))?.[0];
}
