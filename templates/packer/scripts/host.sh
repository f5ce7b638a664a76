#!/bin/bash
# What every host of a cluster has, whatever runs on it.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

install -d -m 0755 /usr/local/lib/nomadctl
install -o root -g root -m 0755 "$BUILD_DIR/prepare-data-disk" /usr/local/lib/nomadctl/prepare-data-disk
install -o root -g root -m 0644 "$BUILD_DIR/nomadctl-host-keys.service" /etc/systemd/system/nomadctl-host-keys.service
systemctl enable nomadctl-host-keys.service
