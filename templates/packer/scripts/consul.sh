#!/bin/bash
# Consul: program, user, folders and unit. Its configuration comes at first boot, which also enables the unit.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${CONSUL_URL:?}" "${CONSUL_SHA256:=}" "${CONSUL_VERSION:?}"

archive=$(mktemp --suffix .zip)
download "$CONSUL_URL" "$archive" "$CONSUL_SHA256"
install_program "$archive" consul
consul version | grep -F "v$CONSUL_VERSION" || fail "what came as consul $CONSUL_VERSION says: $(consul version | head -n 1)"

add_user consul /opt/consul
install -d -o root -g consul -m 0750 /etc/consul.d
install -d -o consul -g consul -m 0750 /opt/consul
install -o root -g root -m 0644 "$BUILD_DIR/consul.service" /etc/systemd/system/consul.service
