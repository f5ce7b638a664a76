import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { visit } from '../../helpers/hint-sites.js';
import { fencesOf, markdownFiles } from '../../helpers/markdown-files.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Blocks that no test runs as they are, by what they begin with: who holds them instead, or why nobody can. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'README.md: npm run quickstart': 'quickstart.test.ts runs the first line; the second would change the Node of this computer',
  'README.md: nomadctl emulator --time-scale 20': 'guide-emulator.test.ts starts every emulator of the pages',
  'docs/guide/emulator.md: nomadctl emulator  ': 'the same',
  'docs/guide/emulator.md: nomadctl emulator --machines docker':
    'the same; --purge would take what other tests have: emulator-machines.test.ts',
  'docs/guide/ucloud.md: nomadctl emulator --machines docker': 'the same',
  'docs/guide/modes.md: nomadctl init shop': 'ucloud-modes.test.ts makes such a cluster',
  'docs/guide/modes.md: nomadctl proxy up': 'it names cards that this computer has not: proxy.test.ts makes some',
  'docs/guide/modes.md: nomadctl config set innerBalancers true': 'ucloud-modes.test.ts makes a cluster that has them',
  'docs/guide/modes.md: nomadctl config set mode public': 'ucloud-modes.test.ts changes the mode of a cluster, to private',
  'docs/guide/everyday.md: nomadctl doctor': 'packer takes minutes to build: tools-install.test.ts, and doctor of the unit tests',
  'docs/guide/jobs.md: nomadctl job deploy --all': 'catalogue.test.ts deploys and verifies a larger set, of the whole catalogue',
  'docs/guide/state-backups.md: nomadctl state doctor prod': 'ucloud-state-damage.test.ts damages, mends and recovers such a cluster',
  'docs/guide/everyday.md: nomadctl tools list --terraform-bin': 'it names a program that this computer has not: named-programs.test.ts',
  'docs/guide/state.md: nomadctl state backend --policy': 'state-backend.test.ts does the same with a Consul that is there',
  'docs/guide/bootstrap.md: nomadctl init prod --target ucloud': 'bootstrap-docker.test.ts does the same, with kills in the middle',
  'docs/guide/bootstrap.md: nomadctl up ops': 'bootstrap-nomad.test.ts does the same, with kills in the middle',
  'docs/guide/bootstrap.md: nomadctl bootstrap image': 'it names a registry that nobody has: bootstrap-kubernetes.test.ts does the same',
  'docs/guide/tenants.md: nomadctl tenant create shop': 'tenants.test.ts does each of it, with two tenants',
  'docs/guide/tenants.md: nomadctl controller customer': 'tenants.test.ts starts controllers, and kills them',
  'docs/guide/tenants.md: curl': 'the same, by HTTPS',
  'docs/guide/tenants.md: nomadctl controller serve': 'it opens a port to others: tenants.test.ts does the same on loopback',
  'docs/guide/state.md: nomadctl state unlock --plan': 'the same',
  'docs/guide/state.md: nomadctl state key': 'the same, with a key that somebody has',
};

const pages = ['README.md', ...markdownFiles(root).filter((page) => page.startsWith('docs/guide/'))];
const blocks = pages.flatMap((page) => fencesOf(text(page), 'sh').map((block) => ({ page, block })));

interface Call {
  readonly page: string;
  readonly words: string;
}

/** What tests take from pages to run it. */
function callsIn(folder: string): Call[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return files.flatMap((file) => {
    const source = text(join(folder, file));
    if (!source.includes('blockOf(')) return [];
    const calls: Call[] = [];
    visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'blockOf') return;
      const [page, , words] = node.arguments;
      if (!page || !words || !ts.isStringLiteral(page) || !ts.isStringLiteral(words))
        throw new Error(`${file}: ${node.getText()} has no plain words`);
      calls.push({ page: page.text, words: words.text });
    });
    return calls;
  });
}

const calls = ['test/integration', 'test/terraform', 'test/e2e'].flatMap(callsIn);
const isOtherwise = (key: string, { page, block }: (typeof blocks)[number]): boolean => `${page}: ${block}`.startsWith(key);

describe(`${blocks.length} blocks of guides`, () => {
  test.each(blocks.map(({ page, block }) => [page, block.split('\n', 1)[0] ?? '', block] as const))('%s: %s', (page, _, block) => {
    const isRun = calls.some((call) => call.page === page && block.includes(call.words));
    const reasons = Object.keys(OTHERWISE).filter((key) => isOtherwise(key, { page, block }));
    expect(isRun ? 1 : reasons.length).toBe(1);
  });

  test('every reason is of a block that is there, and is run by no test', () => {
    const idle = Object.keys(OTHERWISE).filter((key) => {
      const block = blocks.find((one) => isOtherwise(key, one));
      return !block || calls.some(({ page, words }) => page === block.page && block.block.includes(words));
    });
    expect(idle).toEqual([]);
  });
});
