import { createHash } from 'node:crypto';
import { rootFiles } from './root-files.js';

/** How a base image of the cloud's is made on this computer. */
export interface Recipe {
  readonly id: string;
  /** What UCloud's name of the system begins with. */
  readonly system: string;
  /** Made here where that is possible ... */
  readonly debootstrap?: { readonly suite: string; readonly mirror: string; readonly keyring: string };
  /** ... otherwise taken from a registry. */
  readonly pull: string;
  /** Run in that root as root; makes a host of it. */
  readonly install: string;
  /** Users besides root who get the password that the API was given. */
  readonly users: readonly string[];
}

const PACKAGES = [
  ...['systemd-sysv', 'libpam-systemd', 'dbus', 'openssh-server', 'cloud-init', 'sudo', 'ca-certificates', 'curl', 'gnupg', 'unzip'],
  ...['iproute2', 'iputils-ping', 'iptables', 'netbase', 'procps', 'kmod', 'e2fsprogs', 'xfsprogs', 'util-linux', 'fdisk'],
  ...['python3-minimal', 'less', 'file', 'rsync', 'lsb-release'],
];

/** Services must not start while they are installed: there is no systemd yet. */
const APT = `set -e
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -q -o Acquire::Retries=3 update
apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold install --no-install-recommends ${PACKAGES.join(' ')}
apt-get clean
rm -rf /usr/sbin/policy-rc.d /var/lib/apt/lists/* /etc/ssh/ssh_host_*
`;

const DEBIAN_SOURCES = `cat > /etc/apt/sources.list <<'END'
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
END
`;

/** The user that a distribution's cloud images have, beside root. */
const userScript = (name: string): string => `id ${name} > /dev/null 2>&1 || useradd --create-home --shell /bin/bash ${name}
usermod --append --groups sudo ${name}
echo '${name} ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/90-${name}
chmod 440 /etc/sudoers.d/90-${name}
`;

const DNF = `set -e
dnf -y install --setopt=install_weak_deps=False --allowerasing systemd dbus openssh-server cloud-init sudo ca-certificates curl gnupg2 unzip \\
  iproute iputils iptables-nft procps-ng kmod e2fsprogs xfsprogs util-linux python3 less file rsync passwd diffutils hostname
systemctl enable sshd
# Of cloud-init 24.3 and newer cloud-init is called cloud-init-network.
for unit in cloud-init-local cloud-init cloud-init-network cloud-config cloud-final; do
  if [ -e /usr/lib/systemd/system/$unit.service ]; then systemctl enable $unit; fi
done
dnf clean all
rm -f /etc/ssh/ssh_host_*
`;

const ubuntu = (version: string, suite: string): Recipe => ({
  id: `ubuntu-${version}`,
  system: `Ubuntu ${version}`,
  debootstrap: {
    suite,
    mirror: 'http://archive.ubuntu.com/ubuntu',
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
  },
  pull: `ubuntu:${version}`,
  install: APT + userScript('ubuntu'),
  users: ['ubuntu'],
});

const recipes: readonly Recipe[] = [
  {
    id: 'debian-12',
    system: 'Debian 12',
    debootstrap: {
      suite: 'bookworm',
      mirror: 'http://deb.debian.org/debian',
      keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    pull: 'debian:12',
    install: DEBIAN_SOURCES + APT,
    users: [],
  },
  ...[ubuntu('24.04', 'noble'), ubuntu('22.04', 'jammy'), ubuntu('20.04', 'focal')],
  { id: 'rocky-9', system: 'Rocky 9', pull: 'rockylinux:9', install: DNF, users: [] },
];

/** @param osName as images of the cloud have it: `Debian 12.0 64位`. */
export function findRecipe(osName: string): Recipe | undefined {
  return recipes.find(({ system }) => osName.startsWith(system));
}

/** Versions of what an image is made from. A new version of what is installed costs minutes, of the added files a moment. */
export function recipeHashes(recipe: Recipe): { readonly system: string; readonly image: string } {
  return { system: digest(recipe), image: digest([recipe, rootFiles]) };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
