import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../terraform/', import.meta.url);

/** What the tests do to a type of resource. */
type Deed = 'update' | 'replace' | 'import';

interface Proven {
  readonly resources: ReadonlyMap<string, ReadonlySet<Deed>>;
  readonly data: ReadonlySet<string>;
}

/** Only files in which every resource goes through its whole life, twice. */
function lives(): string[] {
  const sources = readdirSync(FOLDER).map((file) => readFileSync(new URL(file, FOLDER), 'utf8'));
  return sources.filter((source) => source.includes('liveTwice({'));
}

function readProven(sources: readonly string[]): Proven {
  const resources = new Map<string, Set<Deed>>();
  const deed = (type: string, what?: Deed): void => {
    const deeds = resources.get(type) ?? new Set<Deed>();
    resources.set(type, what ? deeds.add(what) : deeds);
  };
  const data = new Set<string>();
  for (const source of sources) {
    for (const [, type = ''] of source.matchAll(/^resource "(\w+)"/gm)) deed(type);
    for (const [, type = ''] of source.matchAll(/^data "(\w+)"/gm)) data.add(type);
    const imported = /imported: \{([^}]*)\}/.exec(source)?.[1] ?? '';
    for (const [, type = ''] of imported.matchAll(/'(\w+)\.\w+':/g)) deed(type, 'import');
    for (const [, type = '', what] of source.replace(imported, '').matchAll(/'(\w+)\.\w+': '(update|replace)'/g)) deed(type, what as Deed);
  }
  return { resources, data };
}

function page({ resources, data }: Proven): string {
  const cell = (deeds: ReadonlySet<Deed>, what: Deed): string => (deeds.has(what) ? 'yes' : '');
  const rows = [...resources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, deeds]) => `| \`${type}\` | ${cell(deeds, 'update')} | ${cell(deeds, 'replace')} | ${cell(deeds, 'import')} |`);
  return `# terraform and \`nomadctl emulator\`

What the tests put the real provider, \`ucloud/ucloud\` 1.39.2, through against the emulator. This page is made from
\`packages/ucloud-emulator/test/terraform/\`; a plan with nothing to do (\`-detailed-exitcode\` 0) follows every creation, change and import,
and everything is created and destroyed twice.

| resource, created and destroyed | changed in place | replaced | imported |
| --- | --- | --- | --- |
${rows.join('\n')}

Where a column is empty the provider has no such way. After an import terraform sets once more, in place, what the provider cannot read
back: passwords, \`allow_stopping_for_update\`, \`reboot_instance_for_resizing\` and packages of shared bandwidth.

Data sources: ${[...data]
    .sort()
    .map((type) => `\`${type}\``)
    .join(', ')}.

The provider has nothing for key pairs, route tables, packages of shared bandwidth, snapshots and reinstallation: the emulator has the
actions, and other clients use them. The provider's databases, caches, bare metal, VPN, UFS, US3, UK8S, anti-DDoS and IAM need actions
that the emulator does not have; it answers them with RetCode 161.
`;
}

test('the page of what terraform was seen to do is up to date (vitest -u writes it)', async () => {
  const proven = readProven(lives());
  expect(proven.resources.size).toBeGreaterThan(20);
  const prettier = await import('prettier');
  const options = await prettier.resolveConfig(new URL('../../../../package.json', import.meta.url));
  const text = await prettier.format(page(proven), { ...options, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot('../../docs/reference/terraform.md');
});
