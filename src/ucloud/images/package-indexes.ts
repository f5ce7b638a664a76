import type { UcloudSettings } from '../settings/options.js';

/** A file that tells whether a mirror holds packages for a system at all. */
export interface PackageIndex {
  /** The setting that names the mirror. */
  readonly key: 'packageMirror' | 'dockerMirror';
  readonly url: string;
}

interface System {
  /** Below `packageMirror`. */
  readonly packages: string;
  /** Below `dockerMirror`. */
  readonly docker: string;
  /** Without a mirror of Docker's packages: its own, or nothing where the distribution has Docker itself. */
  readonly dockerDefault: string;
}

/** Releases by their names: https://www.debian.org/releases/, https://releases.ubuntu.com/ */
const CODENAMES: Readonly<Record<string, string>> = {
  ...{ 'debian 11': 'bullseye', 'debian 12': 'bookworm', 'debian 13': 'trixie' },
  ...{ 'ubuntu 20.04': 'focal', 'ubuntu 22.04': 'jammy', 'ubuntu 24.04': 'noble' },
};

/**
 * What the scripts of a build will ask first of the mirrors of packages. Nothing of a system whose mirrors are laid out in a
 * way that is not known here.
 * @param base name of the base image: `Debian 12.0`, `Rocky 9.0`
 */
export function packageIndexes(
  base: string,
  { packageMirror, dockerMirror, dockerPackages }: Pick<UcloudSettings, 'packageMirror' | 'dockerMirror' | 'dockerPackages'>,
  client: boolean,
): PackageIndex[] {
  const system = systemOf(base.toLowerCase());
  if (system === undefined) return [];
  const docker = dockerMirror === '' ? system.dockerDefault : dockerMirror;
  return [
    ...(packageMirror === '' ? [] : [{ key: 'packageMirror', url: below(packageMirror, system.packages) } as const]),
    ...(client && docker !== '' && dockerPackages.length === 0
      ? [{ key: 'dockerMirror', url: below(docker, system.docker) } as const]
      : []),
  ];
}

function systemOf(base: string): System | undefined {
  const [, debian, version = ''] = /^(debian|ubuntu) (\d+(?:\.\d\d)?)/.exec(base) ?? [];
  if (debian !== undefined) {
    const codename = CODENAMES[`${debian} ${debian === 'debian' ? version.replace(/\..*/, '') : version}`];
    if (codename === undefined) return undefined;
    return { packages: `${debian}/dists/${codename}/Release`, docker: `linux/${debian}/gpg`, dockerDefault: '' };
  }
  const [, release] = /^(?:rocky|alma)\D*(\d+)/.exec(base) ?? [];
  if (release === undefined) return undefined;
  return {
    packages: `${release}/BaseOS/x86_64/os/repodata/repomd.xml`,
    docker: `linux/centos/${release}/x86_64/stable/repodata/repomd.xml`,
    dockerDefault: 'https://download.docker.com',
  };
}

function below(mirror: string, path: string): string {
  return `${mirror.replace(/\/+$/, '')}/${path}`;
}
