#!/bin/bash
# The package mirror, if one was asked for, and what the other scripts and the first boot need.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${PACKAGE_MIRROR:=}"

# cloud-init installs keys and writes apt's sources at first boot; while it runs, both change under our hands. Where it has not been
# started it would be waited for in vain.
if [ -d /run/cloud-init ] && command -v cloud-init >/dev/null; then timeout 300 cloud-init status --wait >/dev/null || true; fi

use_apt_mirror() {
  local id codename
  id=$(. /etc/os-release && echo "$ID")
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # The mirror holds whole distributions under their names, as mirrors do: <mirror>/debian, <mirror>/debian-security.
  rm -f /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources
  case "$id" in
    ubuntu)
      printf 'deb %s/ubuntu %s main universe\n' "$PACKAGE_MIRROR" "$codename" "$PACKAGE_MIRROR" "$codename-updates" \
        "$PACKAGE_MIRROR" "$codename-security" >/etc/apt/sources.list
      ;;
    *)
      {
        printf 'deb %s/debian %s main\n' "$PACKAGE_MIRROR" "$codename" "$PACKAGE_MIRROR" "$codename-updates"
        printf 'deb %s/debian-security %s-security main\n' "$PACKAGE_MIRROR" "$codename"
      } >/etc/apt/sources.list
      ;;
  esac
}

use_dnf_mirror() {
  # Of the distribution: they name a list of mirrors and, commented out, the original, of which the mirror replaces everything
  # before the release: https://mirrors.example/rockylinux stands for http://dl.rockylinux.org/$contentdir.
  local file own=0
  for file in /etc/yum.repos.d/*.repo; do
    case "${file##*/}" in
      [Rr]ocky* | almalinux* | [Cc]ent[Oo][Ss]*)
        own=1
        sed -i -E -e 's/^(mirrorlist|metalink)=/#&/' \
          -e "s%^#? ?baseurl=https?://.*/(\\\$releasever|\\\$stream|[0-9][0-9.]*(-stream)?)/%baseurl=$PACKAGE_MIRROR/\\1/%" "$file"
        ;;
      *)
        # EPEL and the like are elsewhere, and where the mirror is all there is they must not fail every installation.
        sed -i -e '/^skip_if_unavailable *=/d' -e '/^\[/a skip_if_unavailable=1' "$file"
        ;;
    esac
  done
  [ "$own" = 1 ] || fail "no file in /etc/yum.repos.d is Rocky's, Alma's or CentOS's: packageMirror cannot be put into it"
}

PACKAGE_MIRROR=${PACKAGE_MIRROR%/}
case "$(os_family)" in
  apt)
    if [ -n "$PACKAGE_MIRROR" ]; then use_apt_mirror; fi
    retry apt-get -q -o DPkg::Lock::Timeout=300 update
    install_packages ca-certificates curl unzip gnupg iproute2 e2fsprogs util-linux diffutils openssh-server openssl cloud-init
    ;;
  dnf)
    if [ -n "$PACKAGE_MIRROR" ]; then use_dnf_mirror; fi
    # curl-minimal, which is there already, is as good and does not go together with curl.
    command -v curl >/dev/null || install_packages curl
    install_packages ca-certificates unzip gnupg2 iproute e2fsprogs util-linux diffutils openssh-server openssl cloud-init
    ;;
esac
# For the guard of the first boot. Of Enterprise Linux 9 the package has another name, and is most often there.
command -v iptables-restore >/dev/null || install_packages iptables
