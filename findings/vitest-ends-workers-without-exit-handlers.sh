#!/usr/bin/env bash
# What a test, or a helper of tests, has put into process.on('exit') never runs, in any of vitest's pools, although every test passed:
# what was to be tidied there stays behind, silently.
#
# Program: vitest 4.1.12 (npm).
# Expected: the handler runs when the worker has nothing left to do, as it does in plain node.
# Here: what workers share lies in a folder that test/helpers/global-setup.ts makes and removes in the main process
#   (test/helpers/run-folder.ts); until then each worker left one in the system's temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund vitest@4.1.12

cat >handler.js <<'JS'
import { appendFileSync } from 'node:fs';
appendFileSync(process.env.MARKS, 'loaded\n');
process.on('exit', () => appendFileSync(process.env.MARKS, 'exit handler\n'));
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
MARKS=$folder/marks node handler.js
note node
for pool in forks threads vmForks vmThreads; do
  MARKS=$folder/marks npx vitest run --pool="$pool" >vitest.log 2>&1 || { cat vitest.log && exit 2; }
  note "$pool"
done
printf '%s' "$seen"

diff - <(printf '%s' "$seen") <<'SEEN'
node: loaded,exit handler
forks: loaded
threads: loaded
vmForks: loaded
vmThreads: loaded
SEEN
