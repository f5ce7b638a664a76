#!/bin/bash
# Docker, from given packages before any repository, and what Nomad's bridge networks need.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${DOCKER_MIRROR:=}" "${DOCKER_PACKAGES:=}" "${REGISTRY_MIRRORS:=}"
DOCKER_MIRROR=${DOCKER_MIRROR%/}

# An address may carry the file's sum: https://files/docker.deb#sha256=…
install_given_packages() {
  local folder url file sum
  folder=$(mktemp -d)
  chmod 0755 "$folder"
  for url in $DOCKER_PACKAGES; do
    sum=
    case "$url" in *'#sha256='*) sum=${url##*#sha256=} ;; esac
    file=$folder/$(basename "${url%%#*}")
    download "${url%%#*}" "$file" "$sum"
  done
  install_packages "$folder"/*
  rm -rf "$folder"
}

install_from_apt() {
  if [ -z "$DOCKER_MIRROR" ]; then
    install_packages docker.io
    return
  fi
  local id codename
  id=$(. /etc/os-release && echo "$ID")
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  download "$DOCKER_MIRROR/linux/$id/gpg" /etc/apt/trusted.gpg.d/docker.asc
  printf 'deb %s/linux/%s %s stable\n' "$DOCKER_MIRROR" "$id" "$codename" >/etc/apt/sources.list.d/docker.list
  retry apt-get -q update
  install_packages docker-ce docker-ce-cli containerd.io
}

install_from_dnf() {
  local mirror=${DOCKER_MIRROR:-https://download.docker.com}
  # shellcheck disable=SC2016 # dnf fills in its own variables
  printf '%s\n' '[docker-ce-stable]' 'name=Docker CE' "baseurl=$mirror/linux/centos/"'$releasever/$basearch/stable' 'enabled=1' \
    'gpgcheck=1' "gpgkey=$mirror/linux/centos/gpg" >/etc/yum.repos.d/docker-ce.repo
  install_packages docker-ce docker-ce-cli containerd.io
}

# Where docker asks for images before Docker Hub. Before the packages: they start it.
write_registry_mirrors() {
  [ -n "$REGISTRY_MIRRORS" ] || return 0
  local url list=
  for url in $REGISTRY_MIRRORS; do list="$list${list:+, }\"$url\""; done
  mkdir -p /etc/docker
  printf '{ "registry-mirrors": [%s] }\n' "$list" >/etc/docker/daemon.json
}

# Nomad looks for CNI's programs in /opt/cni/bin; distributions have them elsewhere. Without them jobs use the host's network.
install_network_plugins() {
  local folder
  if ! is_package containernetworking-plugins; then
    say "no package of CNI plugins here: jobs can not use bridge networks until /opt/cni/bin has them"
    return
  fi
  install_packages containernetworking-plugins
  for folder in /usr/lib/cni /usr/libexec/cni; do
    [ -x "$folder/bridge" ] || continue
    mkdir -p /opt/cni
    ln -sfn "$folder" /opt/cni/bin
  done
}

write_registry_mirrors
if [ -n "$DOCKER_PACKAGES" ]; then
  install_given_packages
else
  "install_from_$(os_family)"
fi
docker --version
systemctl enable docker.service
install_network_plugins

echo br_netfilter >/etc/modules-load.d/nomad.conf
printf 'net.bridge.bridge-nf-call-%s = 1\n' arptables ip6tables iptables >/etc/sysctl.d/60-nomad.conf
