#!/bin/bash
# First boot of client-secured-1, by nomadctl. May be run again.
set -euo pipefail
umask 027
trap 'echo "nomadctl: first boot of client-secured-1 failed in line $LINENO"' ERR

# A file beside its folder's others: readable by whoever may read the folder.
put() {
  cat > "$1.new"
  chgrp --reference="$(dirname "$1")" "$1.new"
  chmod 0640 "$1.new"
  mv "$1.new" "$1"
}

hostnamectl set-hostname 'client-secured-1' || echo "nomadctl: the hostname stays $(uname -n)"

# Operators come in with their keys, and nobody with a password.
install -d -m 0700 /root/.ssh
touch /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
while read -r key; do
  grep -qxF -- "$key" /root/.ssh/authorized_keys || echo "$key" >> /root/.ssh/authorized_keys
done << 'NOMADCTL_END'
ssh-ed25519 AAAAone nomadctl-prod
ssh-ed25519 AAAAtwo ann@desk
NOMADCTL_END
ssh-keygen -A
install -d -m 0755 /etc/ssh/sshd_config.d
cat > /etc/ssh/sshd_config.d/00-nomadctl.conf << 'NOMADCTL_END'
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
NOMADCTL_END
chmod 0644 /etc/ssh/sshd_config.d/00-nomadctl.conf
# Before 8.2 sshd does not look there, nor where somebody wrote its settings anew. What comes first holds.
case "$(sshd -T)" in
  *passwordauthentication\ no*) ;;
  *)
    cat /etc/ssh/sshd_config.d/00-nomadctl.conf /etc/ssh/sshd_config > /etc/ssh/sshd_config.new
    cat /etc/ssh/sshd_config.new > /etc/ssh/sshd_config
    rm /etc/ssh/sshd_config.new
    ;;
esac
# Where SELinux rules, sshd may read keys by their label only.
if command -v restorecon > /dev/null; then restorecon -R /root/.ssh || true; fi
sshd=$(systemctl list-unit-files --no-legend ssh.service sshd.service | awk 'NR == 1 { print $1 }')
systemctl reload-or-restart "$sshd"

# The disk brings its own owner and mode; the folder's are the agent's.
owner=$(stat -c '%u:%g' /opt/nomad)
mode=$(stat -c '%a' /opt/nomad)
/usr/local/lib/nomadctl/prepare-data-disk /dev/vdb /opt/nomad
chown "$owner" /opt/nomad
chmod "$mode" /opt/nomad

# The catalogue tells operators by which key they know this host.
put /etc/consul.d/ssh-host-key.json << NOMADCTL_END
{"node_meta": {"ssh_host_ed25519": "$(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub)"}}
NOMADCTL_END
# For the chroot of exec tasks: /bin/sleep is /usr/bin/sleep there, too.
install -d /opt/nomad/root-links
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then ln -sfn "$(readlink "/$name")" "/opt/nomad/root-links/$name"; fi
done

# Whoever sets up the rest over SSH waits for this.
install -d -m 0755 /var/lib/nomadctl
touch /var/lib/nomadctl/first-boot-done
echo "nomadctl: client-secured-1 is set up"
