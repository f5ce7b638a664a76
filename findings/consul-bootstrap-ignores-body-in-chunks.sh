#!/usr/bin/env bash
# Consul makes the first management token with the secret that a request's body names (BootstrapSecret), unless the body comes without its
# length (Transfer-Encoding: chunked, what Node, curl and others do with a stream): then it takes no notice of the body, makes a secret of
# its own, and answers 200. Whoever chose the secret has no token, and bootstrapping is over.
#
# Program: Consul 1.22.3 (Go module, pinned by toolchain/consul); an exact `consul` on PATH is taken, else it is built (8 minutes of CPU).
# Expected: the secret that was asked for, or an error. Nomad's endpoint of the same kind takes both bodies.
# Here: src/clients/http.ts sends every body in one piece, with its length; test/unit/clients/open-body.test.ts holds it.
set -euo pipefail
toolchain=$(cd "$(dirname "$0")/../toolchain/consul" && pwd)
folder=$(mktemp -d)
agent=
stop() { [ -z "$agent" ] || { kill "$agent" && wait "$agent"; } || true; }
trap 'stop; rm -rf "$folder"' EXIT
cd "$folder"

consul=$(command -v consul || true)
if [ -z "$consul" ] || [ "$("$consul" version | sed -n 1p)" != 'Consul v1.22.3' ]; then
  consul=$folder/program
  (cd "$toolchain" && CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -o "$consul" github.com/hashicorp/consul)
fi

# Free ports of a loopback address; those that are not needed are off.
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
secret=5b0ab2f1-54f8-4a34-9f0b-0c3c7c1f6c11
bootstrap() {
  local http
  http=$(port)
  cat >agent.json <<JSON
{
  "server": true, "bootstrap": true, "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1", "data_dir": "$folder/data",
  "disable_update_check": true,
  "ports": { "http": $http, "server": $(port), "serf_lan": $(port), "serf_wan": -1, "dns": -1, "grpc": -1, "grpc_tls": -1 },
  "acl": { "enabled": true }, "performance": { "raft_multiplier": 1 }
}
JSON
  rm -rf data
  "$consul" agent -config-file=agent.json >agent.log 2>&1 &
  agent=$!
  local answer='' i
  for ((i = 0; i < 300; i++)); do
    answer=$(curl --silent --max-time 10 --request PUT "$@" --data-binary "{\"BootstrapSecret\":\"$secret\"}" \
      --write-out '\n%{http_code}' "http://127.0.0.1:$http/v1/acl/bootstrap" || true)
    [ "${answer##*$'\n'}" = 200 ] && break
    sleep 0.2
  done
  [ "${answer##*$'\n'}" = 200 ] || { tail agent.log >&2 && exit 2; }
  stop
  agent=
  case $answer in *"\"SecretID\":\"$secret\""*) echo "200, our secret" ;; *) echo "200, a secret of Consul's own" ;; esac
}

bootstrap >with
bootstrap --header 'Transfer-Encoding: chunked' >without
seen="with Content-Length: $(cat with)
in chunks: $(cat without)"
"$consul" version | sed -n 1p
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
with Content-Length: 200, our secret
in chunks: 200, a secret of Consul's own
SEEN
