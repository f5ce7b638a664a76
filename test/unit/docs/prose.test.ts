import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { deadLinks, markdownFiles, relativeLinks, withoutFences } from '../../helpers/markdown-files.js';
import { tempHome } from '../../helpers/temp-home.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const all = markdownFiles(root);
const pages = all.filter((file) => /^(README|CHANGELOG|CONTRIBUTING)\.md$|^docs\/|^packages\/[^/]+\/(docs\/|README)/.test(file));
const written = pages.filter((file) => !/(^|\/)docs\/reference\//.test(file));

test('there are pages to look at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/guide/jobs.md', 'docs/reference/commands.md']));
});

test.each(all)('every link of %s leads somewhere', (file) => {
  expect(deadLinks(root, file, (path) => existsSync(join(root, path)))).toEqual([]);
});

test('a dead link and a heading that is none are found', async () => {
  const home = await tempHome();
  await writeFile(
    join(home, 'a.md'),
    '# A\n\n[gone](b.md) [no heading](#b) [fine](#a) [web](https://example.org)\n\n```md\n[code](c.md)\n```\n',
  );
  expect(deadLinks(home, 'a.md', (path) => path === 'a.md')).toEqual(['a.md: b.md leads nowhere', 'a.md: #b has no such heading']);
});

test('every page is reached from README or from the list of pages', () => {
  const reached = ['README.md', 'docs/README.md'].flatMap((file) => relativeLinks(read(file), file).map(({ path }) => path));
  expect(pages.filter((file) => !reached.includes(file) && !/README\.md$/.test(file))).toEqual([]);
});

test('README is read in one go', () => {
  expect(Buffer.byteLength(read('README.md'))).toBeLessThan(9 * 1024);
});

/** What is counted today is another number tomorrow; pages that are made from the code may count. */
const COUNTED =
  /\b\d+ (?:\w+ )?(?:actions|commands|flags|settings|options|kinds|resources|data sources|libraries|templates|tests|modules|lines of code)\b/gi;

test.each(written)('%s counts nothing that has to be counted again', (file) => {
  expect(withoutFences(read(file)).match(COUNTED) ?? []).toEqual([]);
});

test('the pattern finds what has been stale before', () => {
  for (const text of ['132 actions with states', '[132 actions](x.md)', '22 kinds of resources', 'has 73 settings', '85 unit tests'])
    expect(text, text).toMatch(new RegExp(COUNTED.source, 'i'));
});

/** `src/engine/step.ts`, `test/helpers/`; what has a placeholder or a star in it names no single file. */
const PATH = /`((?:src|test|scripts|templates|toolchain|schemas|docs|findings|packages)\/[\w./-]*)`/g;

describe('paths that are named', () => {
  const named = written.flatMap((file) => {
    // A package names its own files from its own root.
    const from = /^packages\/[^/]+\/(?=docs\/|README)/.exec(file)?.[0] ?? '';
    return [...withoutFences(read(file)).matchAll(PATH)].map(([, path = '']) => (path.startsWith('packages/') ? path : `${from}${path}`));
  });

  test.each([...new Set(named)])('%s is there', (path) => expect(existsSync(join(root, path))).toBe(true));
});
