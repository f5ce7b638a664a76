#!/bin/bash
# What every host of a cluster has, whatever runs on it.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

install -d -m 0755 /usr/local/lib/nomadctl
install -o root -g root -m 0755 "$BUILD_DIR/prepare-data-disk" /usr/local/lib/nomadctl/prepare-data-disk
install -o root -g root -m 0644 "$BUILD_DIR/nomadctl-host-keys.service" /etc/systemd/system/nomadctl-host-keys.service
systemctl enable nomadctl-host-keys.service

# Who reaches a host is for UCloud's firewall and our guard to say. One that images of Rocky may bring keeps agents apart.
for unit in firewalld.service ufw.service; do
  if systemctl cat "$unit" >/dev/null 2>&1; then systemctl disable --now "$unit"; fi
done
