#!/bin/bash
# The same agents from the same configuration files, started and stopped by a plain script: the floor for up and down.
#   by-hand.sh up <agents-dir> <plan>    by-hand.sh down <agents-dir> <plan>
# The plan has a line per agent: <program> <server|client> <folder of the agent> <address:port of its API> <path of the program>
set -u
action=$1 agents=$2 plan=$3
export CHECKPOINT_DISABLE=1

start() {
  cd "$3" || exit 1
  mkdir -p data
  if [ "$1" = consul ]; then
    setsid "$5" agent -config-file=agent.json -config-file=join.json >output.log 2>&1 </dev/null &
  else
    setsid "$5" agent -config=agent.json -config=join.json >output.log 2>&1 </dev/null &
  fi
  echo $! >>"$agents/pids"
}

# Calls "$@" until it succeeds; gives up after 60 s.
wait_until() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ $SECONDS -lt $end ] || { echo "gave up on: $*" >&2; exit 1; }
    sleep 0.05
  done
}

has_keyring() { curl -s -m 2 "http://$api/v1/operator/keyring/keys" 2>/dev/null | grep -q KeyID; }
clients_ready() { [ "$(curl -s -m 2 "http://$api/v1/nodes" 2>/dev/null | grep -o '"Status":"ready"' | wc -l)" -ge "$clients" ]; }

case $action in
  up)
    : >"$agents/pids"
    api=$(awk '$1 == "nomad" && $2 == "server" { print $4; exit }' "$plan")
    clients=$(awk '$1 == "nomad" && $2 == "client"' "$plan" | wc -l)
    while read -r program mode dir address binary; do
      [ "$program $mode" = "nomad client" ] || start "$program" "$mode" "$dir" "$address" "$binary"
    done <"$plan"
    wait_until has_keyring
    while read -r program mode dir address binary; do
      [ "$program $mode" = "nomad client" ] && start "$program" "$mode" "$dir" "$address" "$binary"
    done <"$plan"
    wait_until clients_ready
    ;;
  down)
    xargs kill -TERM <"$agents/pids" 2>/dev/null
    end=$((SECONDS + 10))
    # One that has ended may stay in the process table until its new parent looks.
    while ps -o stat= -p "$(paste -sd, "$agents/pids")" 2>/dev/null | grep -qv '^Z'; do
      [ $SECONDS -lt $end ] || { xargs kill -KILL <"$agents/pids" 2>/dev/null; break; }
      sleep 0.02
    done
    rm -rf "$agents"/*/*/data
    ;;
esac
