#!/usr/bin/env bash
# When all tests have passed, vitest ends the workers that still have something open (a timer, a server, idle connections) by a signal, or by
# terminating the thread, and no handler of process.on('exit') runs there: what was to be tidied stays behind, silently. A worker with nothing
# left to do may be quicker than the signal: then it runs, by chance.
#
# Program: vitest 4.1.12 (npm; 5.1.2 does the same).
# Expected: the handler runs, as it does when process.exit() ends a Node that has something open.
# Here: what workers share lies in a folder that test/helpers/global-setup.ts makes and removes in the main process
#   (test/helpers/run-folder.ts); until then each worker left one in the system's temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund vitest@4.1.12 >/dev/null

cat >handler.js <<'JS'
import { appendFileSync } from 'node:fs';
appendFileSync(process.env.MARKS, 'loaded\n');
process.on('exit', () => appendFileSync(process.env.MARKS, 'exit handler\n'));
setInterval(() => undefined, 1000);
JS
cat >a.test.js <<'JS'
import { test } from 'vitest';
import './handler.js';
test('passes', () => {});
JS

seen=
note() {
  seen+="$1: $(paste -sd, "$folder/marks")"$'\n'
  rm "$folder/marks"
}
MARKS=$folder/marks node --import ./handler.js --eval 'process.exit()'
note node
for pool in forks threads; do
  MARKS=$folder/marks npx vitest run --pool="$pool" >vitest.log 2>&1 || { cat vitest.log && exit 2; }
  note "$pool"
done
printf '%s' "$seen"

diff - <(printf '%s' "$seen") <<'SEEN'
node: loaded,exit handler
forks: loaded
threads: loaded
SEEN
