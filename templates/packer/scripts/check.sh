#!/bin/bash
# What the first boot relies on is there, before the image is made: a mistake must not wait for a cluster to show it.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${IMAGE:?}"

has_program() { command -v "$1" >/dev/null || fail "the image has no $1"; }
has_unit() {
  systemctl cat "$1.service" >/dev/null || fail "the image has no unit $1"
  if [ "$(systemctl is-enabled "$1.service")" = enabled ]; then fail "$1 would start before it has a configuration"; fi
}

has_program cloud-init
# Hosts of a secured cluster make their keys with it.
has_program openssl
# The guard of the first boot sets its rules with it.
has_program iptables-restore
[ -x /usr/local/lib/nomadctl/prepare-data-disk ] || fail "the image has no prepare-data-disk"
has_program consul
has_unit consul
case "$IMAGE" in
  nomad-server | nomad-client)
    has_program nomad
    has_unit nomad
    ;;
esac
if [ "$IMAGE" = nomad-client ]; then has_program docker; fi
