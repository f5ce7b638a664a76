import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verbsOf } from '../../../scripts/reference/verbs.js';
import { readManifest } from '../../../src/jobs/catalogue/read-manifest.js';
import { resolveVariables } from '../../../src/jobs/catalogue/resolve-variables.js';
import { commands } from '../../../src/commands/index.js';
import { globalFlags } from '../../../src/cli/global-flags.js';
import { renderTemplate } from '../../../src/render/template-engine.js';
import { fencesOf, markdownFiles } from '../../helpers/markdown-files.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = [
  'README.md',
  ...markdownFiles(root).filter((file) => /^docs\/(guide|design)\/|^packages\/[^/]+\/(docs\/|README)/.test(file)),
];
const verbs = await verbsOf(commands);
const groups = new Set(verbs.map(({ path }) => path.split(' ').slice(0, -1).join(' ')));

/** Every `nomadctl …` of a page, in blocks for the shell and in the middle of sentences. */
function commandsOn(page: string): string[] {
  const text = read(page);
  const lines = fencesOf(text, 'sh').flatMap((block) => block.split('\n'));
  const inline = [...text.matchAll(/`(nomadctl [^`]+)`/g)].map(([, line = '']) => line);
  return [...lines, ...inline]
    .flatMap((line) => line.split(/&&|\|\|?|\$\(|;|"/))
    .flatMap((part) => /^\s*(nomadctl .+?)(?:\s+#.*|\))?$/.exec(part)?.[1] ?? []);
}

const shown = pages.flatMap((page) => commandsOn(page).map((line) => [page, line] as const));

test('there are commands to look at', () => expect(shown.length).toBeGreaterThan(80));

test.each(shown)('%s: %s', (_page, line) => {
  const verb = verbs.filter(({ path }) => `${line} `.startsWith(`${path} `)).sort((a, b) => b.path.length - a.path.length)[0];
  // `nomadctl config`, `nomadctl --help`
  if (verb === undefined) return expect(groups.has(line) || /^nomadctl --?[\w-]+$/.test(line)).toBe(true);
  if (verb.passThrough) return;
  const known = [...(verb.command.flags ?? []), ...globalFlags].flatMap(({ flag }) =>
    flag.split(/[ ,]+/).filter((word) => word.startsWith('-')),
  );
  const given = line
    .split(/\s+/)
    .filter((word) => /^-{1,2}[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? '');
  expect(given.filter((flag) => ![...known, '--help'].includes(flag))).toEqual([]);
});

test('the template of the guide is one, and renders', () => {
  const page = read('docs/guide/jobs.md');
  const json = fencesOf(page, 'json').find((text) => text.includes('"title"')) ?? '';
  const [text = ''] = fencesOf(page, 'hcl');
  const manifest = readManifest(json, 'job.json');
  const values = resolveVariables({ job: 'page', manifest, inputs: { greeting: 'good "day"' }, driver: () => 'raw_exec' });
  const rendered = renderTemplate({ file: 'page', text, values });
  expect(rendered).toContain('driver = "raw_exec"');
  expect(rendered).toContain('data        = "good \\"day\\""');
});
