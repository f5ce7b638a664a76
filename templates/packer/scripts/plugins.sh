#!/bin/bash
# Terraform's providers for jobs that run terraform: in /plugin, to be mounted and used without any network.
# PLUGINS: a line of `host/namespace/type version url [sha256]` for each.
set -euo pipefail
# shellcheck source=templates/packer/host/lib.sh
. /var/tmp/nomadctl-build/lib.sh

: "${PLUGINS:=}"

# A mirror may hold the program itself, or an archive with it: the first bytes tell, not the name.
put_plugin() {
  local source=$1 version=$2 url=$3 sum=${4:-} type folder file program
  type=$(basename "$source")
  folder=/plugin/$source/$version/linux_amd64
  file=$(mktemp)
  download "$url" "$file" "$sum"
  mkdir -p "$folder"
  if [ "$(head -c 2 "$file")" = PK ]; then
    unzip -q -o "$file" "terraform-provider-$type*" -d "$folder"
  else
    install -m 0755 "$file" "$folder/terraform-provider-${type}_v$version"
  fi
  rm -f "$file"
  program=$(find "$folder" -name "terraform-provider-$type*" -type f | head -n 1)
  [ -n "$program" ] || fail "$url holds no terraform-provider-$type"
  is_program_for_this_host "$program" || fail "$url is not for x86-64 Linux"
  chmod 0755 "$program"
}

install -d -m 0755 /plugin
while IFS= read -r line; do
  read -r -a words <<<"$line"
  if [ "${#words[@]}" -ge 3 ]; then put_plugin "${words[@]}"; fi
done <<<"$(tr ';' '\n' <<<"$PLUGINS")"
find /plugin -type f
