#!/usr/bin/env bash
# Strict mode of Handlebars, of which its documentation says that templates throw on a missing field, does so for {{typo}} alone: one that is
# a helper's argument, a condition, a list or a partial's parameter is passed over in silence.
#
# Program: handlebars 4.7.10 (npm).
# Expected: an error that names the field, wherever in the template it stands.
# Here: src/render/template-engine.ts walks the syntax tree for every name before it renders; test/unit/render/template-engine.test.ts
#   holds that. A job file would else be rendered with "undefined" or nothing in it, and be deployed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "private": true }' >package.json
npm install --loglevel=error --no-audit --no-fund handlebars@4.7.10 >/dev/null

cat >render.cjs <<'JS'
const Handlebars = require('handlebars');
Handlebars.registerHelper('quoted', (value) => `<${value}>`);
Handlebars.registerPartial('port', 'port {{number}}');
for (const template of [
  '{{typo}}',
  '{{quoted typo}}',
  '{{#if typo}}on{{else}}off{{/if}}',
  '{{#each typo}}x{{/each}}',
  '{{> port number=typo}}',
]) {
  let result;
  try {
    result = `renders "${Handlebars.compile(template, { strict: true, noEscape: true })({})}"`;
  } catch (error) {
    result = `throws ${error.message.split(' - ')[0]}`;
  }
  console.log(`${template}  ${result}`);
}
JS
seen=$(node render.cjs)
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
{{typo}}  throws "typo" not defined in [object Object]
{{quoted typo}}  renders "<undefined>"
{{#if typo}}on{{else}}off{{/if}}  renders "off"
{{#each typo}}x{{/each}}  renders ""
{{> port number=typo}}  renders "port "
SEEN
