#!/bin/bash
# Nomad: program, user, folders and the unit of the role. Servers run as a user of their own, clients as root.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${NOMAD_URL:?}" "${NOMAD_SHA256:=}" "${NOMAD_VERSION:?}" "${NOMAD_ROLE:?}"

archive=$(mktemp --suffix .zip)
download "$NOMAD_URL" "$archive" "$NOMAD_SHA256"
install_program "$archive" nomad
nomad version | grep -F "v$NOMAD_VERSION" || fail "what came as nomad $NOMAD_VERSION says: $(nomad version | head -n 1)"

add_user nomad /opt/nomad
case "$NOMAD_ROLE" in
  server) owner=nomad ;;
  client) owner=root ;;
  *) fail "no such role: $NOMAD_ROLE" ;;
esac
install -d -o root -g "$owner" -m 0750 /etc/nomad.d
# Tasks find their folders below this one, as users of their own.
install -d -o "$owner" -g "$owner" -m 0711 /opt/nomad
install -o root -g root -m 0644 "$BUILD_DIR/nomad-$NOMAD_ROLE.service" /etc/systemd/system/nomad.service
