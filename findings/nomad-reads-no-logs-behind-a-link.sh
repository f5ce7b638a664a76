#!/usr/bin/env bash
# A Nomad client whose data_dir is reached through a symbolic link runs jobs as any other, but refuses to read their logs and files (500,
# "Path escapes the alloc directory"): it compares real paths with the path that it was configured with.
#
# Program: Nomad 1.11.3 (Go module, pinned by toolchain/nomad); an exact `nomad` on PATH is taken, else it is built (6 minutes of CPU).
# Expected: the same as without the link, or an error when the agent starts.
# Here: packages/base/src/files/real-path.ts resolves links before Nomad is told a folder; test/integration/local-homes.test.ts reads logs
#   in a home behind a link.
set -euo pipefail
toolchain=$(cd "$(dirname "$0")/../toolchain/nomad" && pwd)
folder=$(mktemp -d)
agent=
stop() { [ -z "$agent" ] || { kill "$agent" && wait "$agent"; } || true; }
# As root it mounts file systems into the folders of tasks, and leaves them there when it ends.
tidy() {
  stop
  awk -v below="$folder/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
  rm -rf "$folder"
}
trap tidy EXIT
cd "$folder"
folder=$(pwd -P)

nomad=$(command -v nomad || true)
if [ -z "$nomad" ] || [ "$("$nomad" version | sed -n 1p)" != 'Nomad v1.11.3' ]; then
  nomad=$folder/program
  (cd "$toolchain" && CGO_ENABLED=1 go build -mod=readonly -trimpath -buildvcs=false -tags ui,release -o "$nomad" github.com/hashicorp/nomad)
fi

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
cat >job.nomad.hcl <<'HCL'
job "hello" {
  type = "batch"
  group "g" {
    task "t" {
      driver = "raw_exec"
      config {
        command = "/bin/echo"
        args    = ["hello"]
      }
      resources {
        cpu    = 10
        memory = 10
      }
    }
  }
}
HCL

# Runs the job on an agent with this data_dir, and reads the task's log.
try() {
  local http allocation i
  http=$(port)
  cat >agent.hcl <<HCL
data_dir             = "$1"
bind_addr            = "127.0.0.1"
disable_update_check = true
advertise {
  http = "127.0.0.1"
  rpc  = "127.0.0.1"
  serf = "127.0.0.1"
}
ports {
  http = $http
  rpc  = $(port)
  serf = $(port)
}
server {
  enabled          = true
  bootstrap_expect = 1
}
client {
  enabled           = true
  network_interface = "lo"
  options           = { "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean" }
}
plugin "raw_exec" {
  config {
    enabled = true
  }
}
HCL
  export NOMAD_ADDR=http://127.0.0.1:$http
  "$nomad" agent -config=agent.hcl >agent.log 2>&1 &
  agent=$!
  for ((i = 0; i < 300; i++)); do
    "$nomad" node status 2>/dev/null | grep -q ready && break
    sleep 0.2
  done
  "$nomad" job run -detach job.nomad.hcl >run.log 2>&1 || { cat run.log agent.log >&2 && exit 2; }
  for ((i = 0; i < 300; i++)); do
    "$nomad" job allocs hello 2>/dev/null | grep -q complete && break
    sleep 0.2
  done
  allocation=$("$nomad" job allocs -t '{{ with index . 0 }}{{ .ID }}{{ end }}' hello)
  echo "$("$nomad" alloc status -t '{{ .ClientStatus }}' "$allocation" | xargs), log: $("$nomad" alloc logs "$allocation" 2>&1 | sed 's/.*error reading file: //')"
  stop
  agent=
}

mkdir real other
ln -s other link
try "$folder/real" >direct.txt
try "$folder/link" >linked.txt
seen=$(
  echo "data_dir itself: $(cat direct.txt)"
  echo "a link to data_dir: $(cat linked.txt)"
)
"$nomad" version | sed -n 1p
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
data_dir itself: complete, log: hello
a link to data_dir: complete, log: Unexpected response code: 500 (failed to list entries: Path escapes the alloc directory)
SEEN
