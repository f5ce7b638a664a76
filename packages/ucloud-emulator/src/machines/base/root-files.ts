import type { TarEntry } from '../tar.js';
import { bootScript } from './boot-script.js';
import { cloudInitFiles } from './cloud-init-files.js';

/** Units that only hardware needs, or that would do things by themselves at times that nobody chose. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer', 'fstrim.timer', 'motd-news.timer'],
  ...['console-getty.service', 'getty@.service', 'getty-static.service', 'systemd-journal-flush.service'],
  ...['dev-hugepages.mount', 'dev-mqueue.mount', 'sys-fs-fuse-connections.mount', 'sys-kernel-config.mount', 'sys-kernel-debug.mount'],
  ...['sys-kernel-tracing.mount', 'systemd-udevd.service', 'systemd-networkd-wait-online.service', 'systemd-modules-load.service'],
  ...['systemd-update-utmp.service', 'systemd-update-utmp-runlevel.service', 'networking.service', 'systemd-resolved.service'],
];

/** systemd leaves devices of fstab alone in a container: https://github.com/systemd/systemd/blob/v252/src/fstab-generator/fstab-generator.c */
const disksUnit = `[Unit]
Description=File systems of data disks
DefaultDependencies=no
After=systemd-remount-fs.service
Before=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-/bin/mount --all -O no_netdev
`;

/**
 * What the emulator adds to a distribution's root, so that it behaves like a cloud's image in a container. Everything
 * that only hardware needs is left out: ten hosts shall start at once.
 */
export const rootFiles: readonly TarEntry[] = [
  { path: 'usr/local/sbin/emulated-boot', mode: 0o755, content: bootScript },
  ...cloudInitFiles,
  { path: 'etc/ssh/sshd_config.d/10-emulated.conf', content: 'PermitRootLogin yes\nPasswordAuthentication yes\nUseDNS no\n' },
  // Everybody may log in as soon as sshd is there: it is what a host counts as running by.
  { path: 'etc/tmpfiles.d/systemd-nologin.conf', content: '' },
  { path: 'etc/systemd/system/emulated-disks.service', content: disksUnit },
  { path: 'etc/systemd/system/local-fs.target.wants/emulated-disks.service', content: '', link: '../emulated-disks.service' },
  ...masked.map((unit) => ({ path: `etc/systemd/system/${unit}`, content: '', link: '/dev/null' })),
];
