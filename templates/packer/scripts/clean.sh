#!/bin/bash
# The last script: nothing of the build stays, and each host that starts from the image is one of its own.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

if systemctl is-active --quiet docker; then systemctl stop docker.service docker.socket containerd.service || true; fi
rm -rf /var/lib/docker/* /var/lib/containerd/* /etc/docker/key.json

for folder in /etc/consul.d /opt/consul /etc/nomad.d /opt/nomad; do
  if [ -d "$folder" ]; then find "$folder" -mindepth 1 -delete; fi
done

case "$(os_family)" in
  apt)
    apt-get -q clean
    rm -rf /var/lib/apt/lists/*
    ;;
  dnf) "${DNF[@]}" clean all ;;
esac

# Nobody logs in with what the build did.
for user in root "${SUDO_USER:-root}"; do usermod --password '*' "$user"; done
rm -f /root/.ssh/authorized_keys /root/.bash_history /root/.wget-hsts
rm -rf "$BUILD_DIR"
find /var/log -type f -exec truncate --size 0 {} +
rm -rf /var/log/journal/* /run/log/journal/*

cloud-init clean --logs
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed
# sshd serves this connection to its end; the next one needs the next host's keys.
rm -f /etc/ssh/ssh_host_*
sync
