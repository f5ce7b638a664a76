import { ALL_EIPS } from '../network/eip-pool.js';

/** Files that the emulator writes into a host before it starts. */
export const BOOT_FILES = 'etc/emulated-host';

/** PID 1 until systemd is. Does what a cloud does to a machine before it boots; may run again at any boot. */
export const bootScript = `#!/bin/sh
given=/${BOOT_FILES}
known=/var/lib/emulated-host
mkdir -p "$known"

# Another id than at the last boot: the machine is new, if its disk is not.
if ! cmp -s "$given/id" "$known/id"; then
  rm -f /etc/ssh/ssh_host_* /var/lib/systemd/random-seed "$known/password"
  tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id
  [ ! -e /var/lib/dbus ] || ln -sf /etc/machine-id /var/lib/dbus/machine-id
  for type in ed25519 ecdsa; do
    ssh-keygen -q -t "$type" -N '' -C "root@$(hostname)" -f "/etc/ssh/ssh_host_\${type}_key"
  done
  rm -f "$known/authorized_key"
  cp "$given/id" "$known/id"
fi

# Each once: what was changed inside stays.
if [ -s "$given/authorized_key" ] && ! cmp -s "$given/authorized_key" "$known/authorized_key"; then
  mkdir -p -m 700 /root/.ssh
  cat "$given/authorized_key" >> /root/.ssh/authorized_keys
  chmod 600 /root/.ssh/authorized_keys
  cp -p "$given/authorized_key" "$known/authorized_key"
fi
if [ -s "$given/password" ] && ! cmp -s "$given/password" "$known/password"; then
  for user in root $(cat /usr/local/lib/emulated-host/users 2>/dev/null); do
    printf '%s:%s\\n' "$user" "$(cat "$given/password")"
  done | chpasswd -e && cp -p "$given/password" "$known/password"
fi

while read -r name major minor; do
  rm -f "/dev/$name"
  mknod -m 660 "/dev/$name" b "$major" "$minor" && chown root:disk "/dev/$name"
done < "$given/disks"

# EIPs are loopback addresses of the computer: they leave by the gateway, which knows whose they are.
gateway=$(ip -4 route show default | awk '{ print $3; exit }')
[ -z "$gateway" ] || ip route replace ${ALL_EIPS} via "$gateway" table local

[ ! -s "$given/resolv.conf" ] || cat "$given/resolv.conf" > /etc/resolv.conf
exec /sbin/init
`;
