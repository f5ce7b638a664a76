#!/bin/bash
# haproxy, which a job of the cluster runs where something is exposed. The unit that comes with it never runs.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

if ! command -v haproxy >/dev/null; then
  # An image can do without: nothing can be exposed on hosts of it.
  if ! is_package haproxy; then
    say "no package is called haproxy: nothing can be exposed on hosts of this image"
    exit 0
  fi
  install_packages haproxy
fi
if systemctl cat haproxy.service >/dev/null 2>&1; then systemctl disable --now haproxy.service; fi
