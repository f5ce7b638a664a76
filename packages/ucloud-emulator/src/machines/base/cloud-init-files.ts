import type { TarEntry } from '../tar.js';

/** All stages in one process, after sshd: Python takes longer to start than the stages take. */
const stages = `#!/usr/bin/python3
import sys
from cloudinit.cmd.main import main

failed = 0
for stage in (["init", "--local"], ["init"], ["modules", "--mode=config"], ["modules", "--mode=final"]):
    failed = main(["cloud-init", *stage]) or failed
sys.exit(1 if failed else 0)
`;

/** Without modules for what a container has not: partitions, boot loaders, key generation. */
const config = `datasource_list: [ NoCloud, None ]
network: { config: disabled }
locale: false
users: []
disable_root: false
ssh_deletekeys: false
ssh_genkeytypes: []
cloud_init_modules: [ bootcmd, write-files, disk_setup, mounts, set_hostname, update_hostname, update_etc_hosts, ca-certs, rsyslog, users-groups, ssh ]
cloud_config_modules: [ ssh-import-id, locale, set-passwords, apt-configure, ntp, timezone, runcmd ]
cloud_final_modules: [ package-update-upgrade-install, write-files-deferred, scripts-vendor, scripts-per-once, scripts-per-boot, scripts-per-instance, scripts-user, phone-home, final-message, power-state-change ]
`;

function dropIn(unit: string, content: string): TarEntry {
  return { path: `etc/systemd/system/${unit}.service.d/emulated.conf`, content: `[Service]\n${content}` };
}

/** cloud-init, quick enough for ten hosts at once. Its own units stay, so that others can wait for them. */
export const cloudInitFiles: readonly TarEntry[] = [
  { path: 'usr/local/lib/emulated-host/cloud-init', mode: 0o755, content: stages },
  { path: 'etc/cloud/cloud.cfg.d/90_emulated.cfg', content: config },
  // Versions from 24.3 have a process of all stages, cloud-init-main, that the units of the stages talk to.
  ...['cloud-init-main', 'cloud-init-local', 'cloud-init', 'cloud-init-network', 'cloud-config'].map((unit) =>
    dropIn(unit, 'Type=oneshot\nExecStart=\nExecStart=/bin/true\n'),
  ),
  dropIn('cloud-final', 'ExecStart=\nExecStart=/usr/local/lib/emulated-host/cloud-init\n'),
];
