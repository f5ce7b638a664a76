# shellcheck shell=bash
# What the scripts of an image build share. They source it from the folder that packer put it into.

# Where packer puts this folder on the host that becomes the image; the last script removes it.
# shellcheck disable=SC2034
BUILD_DIR=/var/tmp/nomadctl-build
# Ours go to /usr/local/bin, which sudo leaves out on Rocky and its kin.
export PATH=/usr/local/sbin:/usr/local/bin:$PATH

say() { printf '%s\n' "$*"; }

fail() {
  printf 'nomadctl: %s\n' "$*" >&2
  exit 1
}

# apt or dnf: everything that differs between the two families asks this.
os_family() {
  if command -v apt-get >/dev/null; then
    echo apt
  elif command -v dnf >/dev/null || command -v yum >/dev/null; then
    echo dnf
  else
    fail "neither apt-get nor dnf is on this base image"
  fi
}

# Nothing that is only recommended, as with apt. A repository out of reach is left out, as by apt: what is needed may be there already
# or be given. What stands in the way goes: some images bring Podman's packages, which do not go together with Docker's. CentOS 7 has
# yum only, which knows none of these.
DNF=(dnf -y --setopt=install_weak_deps=False '--setopt=*.skip_if_unavailable=1' --allowerasing)
command -v dnf >/dev/null || DNF=(yum -y)

# Mirrors drop connections, and the daily updates of a fresh host hold apt's lock.
retry() {
  local attempt
  for attempt in 1 2 3 4 5; do
    if "$@"; then return 0; fi
    say "attempt $attempt of 5 failed: $*"
    sleep $((attempt * 2))
  done
  fail "gave up: $*"
}

install_packages() {
  case "$(os_family)" in
    apt)
      retry env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confold install --no-install-recommends "$@"
      ;;
    dnf) retry "${DNF[@]}" install "$@" ;;
  esac
}

# is_package NAME: whether a repository, or this system, has it. Asked before what an image can do without.
is_package() {
  case "$(os_family)" in
    apt) apt-cache show "$1" >/dev/null 2>&1 ;;
    dnf) "${DNF[@]}" list "$1" >/dev/null 2>&1 ;;
  esac
}

# download URL FILE [SHA256]: without a sum the file server's word is taken.
download() {
  local url=$1 file=$2 sum=${3:-}
  say "downloading $url"
  retry curl --fail --silent --show-error --location --connect-timeout 20 --output "$file" "$url"
  if [ -n "$sum" ] && ! echo "$sum  $file" | sha256sum --check --status; then
    fail "$url is not the file that was asked for: its sha256 is $(sha256sum "$file" | cut -d ' ' -f 1), wanted $sum"
  fi
}

# is_program_for_this_host FILE: an executable for x86-64, by the ELF header (System V ABI, e_machine at byte 18, 62 = x86-64).
is_program_for_this_host() {
  [ "$(od -An -tx1 -N4 "$1" | tr -d ' ')" = 7f454c46 ] && [ "$(od -An -tu1 -j18 -N1 "$1" | tr -d ' ')" = 62 ]
}

# install_program ZIP NAME: takes one program out of a release's archive and puts it on every user's PATH.
install_program() {
  local archive=$1 name=$2 folder
  folder=$(mktemp -d)
  unzip -q -o "$archive" "$name" -d "$folder"
  is_program_for_this_host "$folder/$name" || fail "$name in $archive is no program for x86-64 Linux"
  install -o root -g root -m 0755 "$folder/$name" "/usr/local/bin/$name"
  rm -rf "$folder" "$archive"
}

# add_user NAME HOME: a system user that nobody can log in as.
add_user() {
  getent group "$1" >/dev/null || groupadd --system "$1"
  getent passwd "$1" >/dev/null || useradd --system --gid "$1" --home-dir "$2" --no-create-home --shell /usr/sbin/nologin "$1"
}
