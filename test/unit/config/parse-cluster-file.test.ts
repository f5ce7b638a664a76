import { describe, expect, it } from 'vitest';
import { parseClusterFile } from '../../../src/config/parse-cluster-file.js';
import { migrateText, type Migration } from '../../../src/config/migrate.js';
import { ConfigError } from '../../../packages/base/src/errors.js';
import { lineOf } from '../../../src/options/problem.js';
import { hintLine } from '../../helpers/hint-line.js';
import { sampleTarget } from '../../helpers/sample-target.js';
import { thrown } from '../../helpers/thrown.js';

const options = { path: '/home/clusters/dev/cluster.yaml', name: 'dev', targets: [sampleTarget()] };
const parse = (text: string | Uint8Array, more = {}) => parseClusterFile(text, { ...options, ...more });
const linesOf = (text: string | Uint8Array): string[] => parse(text).problems.map(lineOf);
const top = 'version: 1\nname: dev\ntarget: sample\n';

describe('a good file', () => {
  it('gives values by dotted key, with their lines', () => {
    const { file, problems } = parse(`${top}clients: 3\n# why\nversions:\n  consul: 1.22.0 # pinned\ndrivers:\n  - exec\n  - docker\n`);
    expect(problems).toEqual([]);
    expect(file).toMatchObject({ name: 'dev', target: 'sample' });
    expect(file.values).toEqual({
      clients: { value: 3, where: `${options.path}:4` },
      'versions.consul': { value: '1.22.0', where: `${options.path}:7` },
      drivers: { value: ['exec', 'docker'], where: `${options.path}:8` },
    });
  });

  it('may start with a byte order mark, end lines as Windows does, and use anchors', () => {
    const text = `${top}datacenter: &dc east\nversions: { consul: *dc }\n`.replaceAll('\n', '\r\n');
    const { file, problems } = parse(new TextEncoder().encode(`\uFEFF${text}`));
    expect(problems).toEqual([]);
    expect(file.values['versions.consul']?.value).toBe('east');
  });

  it('may name its schema, which is no setting', () => {
    const { file, problems } = parse(`$schema: https://example.org/cluster.json\n${top}clients: 3\n`);
    expect(problems).toEqual([]);
    expect(Object.keys(file.values)).toEqual(['clients']);
  });

  it('of another folder keeps its own name', () => {
    expect(parse(top.replace('dev', 'prod'), { name: undefined }).file.name).toBe('prod');
  });
});

describe('a wrong file', () => {
  it('shows every mistake with line and column, in order', () => {
    const text = `${top}clents: 3\nservers: 2\nclients: two\naddressing:   adresses\nversions:\n  consul: 1.22\n  nomat: 1.0.0\n`;
    expect(linesOf(text)).toEqual([
      'cluster.yaml:4:1 clents: there is no such key (did you mean "clients"?)',
      'cluster.yaml:5:1 servers: must be 1 or 3 (got 2)',
      'cluster.yaml:6:1 clients: must be a whole number (got "two")',
      'cluster.yaml:7:1 addressing: must be one of auto, addresses, ports (got "adresses"; did you mean "addresses"?)',
      'cluster.yaml:9:3 versions.consul: must be text (got 1.22): put it in quotes',
      'cluster.yaml:10:3 versions.nomat: there is no such key (did you mean "versions.nomad"?)',
    ]);
  });

  it.each([
    ['', ['cluster.yaml: is empty']],
    ['# only a comment\n', ['cluster.yaml: is empty']],
    ['- a\n- b\n', ['cluster.yaml: must hold "key: value" lines (it holds a list)']],
    ['hello\n', ['cluster.yaml: must hold "key: value" lines (it holds plain text)']],
    // After a line that cannot be read, nothing certain can be said of the others.
    [
      `${top}servers: 2\ndrivers: [a\n`,
      ['cluster.yaml:6:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [`${top}sshPublicKeys: x\n`, ['cluster.yaml:4:1 sshPublicKeys: there is no such key']],
    [`${top}\tclients: 3\n`, ['cluster.yaml:4:1: a tab cannot indent a line; use spaces']],
    [
      `${top}clients: 3\nclients: two\n`,
      ['cluster.yaml:5:1: the same key is there twice', 'cluster.yaml:5:1 clients: must be a whole number (got "two")'],
    ],
    [`${top}versions.consul: 1.0.0\n`, ['cluster.yaml:4:1 versions.consul: must be written as a map, versions: { consul: … }']],
    [`${top}versions:\n  nomad.x: 1\n`, ['cluster.yaml:5:3 versions.nomad.x: must be written as a map, versions: { nomad: { x: … } }']],
    [`${top}${'k'.repeat(100)}: 1\n`, [`cluster.yaml:4:1 ${'k'.repeat(60)}: there is no such key`]],
    [`${top}versions: 3\n`, ['cluster.yaml:4:1 versions: must hold the keys consul, nomad (got 3)']],
    [`${top}clients:\n`, ['cluster.yaml:4:1 clients: must be a whole number (got nothing)']],
    [`${top}clients: { a: 1 }\n`, ['cluster.yaml:4:1 clients: must be a whole number (got {"a":1})']],
    [`${top}splitRoles: yes\n`, ['cluster.yaml:4:1 splitRoles: must be true or false (got "yes")']],
    [`${top}drivers: exec\n`, ['cluster.yaml:4:1 drivers: must be a list of words, such as [a, b] (got "exec")']],
    [`${top}drivers: [exec, 1]\n`, ['cluster.yaml:4:1 drivers: must be a list of words, such as [a, b] (got 1)']],
    [`${top}__proto__: 1\n`, ['cluster.yaml:4:1 __proto__: there is no such key']],
    [`${top}constructor: 1\n`, ['cluster.yaml:4:1 constructor: there is no such key']],
    [
      `${top}clients: !secret 3\n`,
      ['cluster.yaml:4:1 clients: must be a whole number (got "3")', 'cluster.yaml:4:10: Unresolved tag: !secret'],
    ],
    [
      'clients: 3\n',
      [
        'cluster.yaml version: is missing; write "version: 1"',
        'cluster.yaml name: is missing; write "name: dev"',
        'cluster.yaml target: is missing; write "target: sample"',
      ],
    ],
    [
      'version: 1\nname: prod\ntarget: sampel\n',
      [
        'cluster.yaml:2:1 name: must be dev, as the cluster\'s folder (got "prod")',
        'cluster.yaml:3:1 target: must be sample (got "sampel"; did you mean "sample"?)',
      ],
    ],
    ['version: 0\nname: dev\ntarget: sample\n', ['cluster.yaml:1:1 version: must be 1 (got 0)']],
    ['version: one\nname: dev\ntarget: sample\n', ['cluster.yaml:1:1 version: must be 1 (got "one")']],
    ['version: 1.5\nname: dev\ntarget: sample\n', ['cluster.yaml:1:1 version: must be 1 (got 1.5)']],
    ['version: 1\nname: 3\ntarget: sample\n', ['cluster.yaml:2:1 name: must be text (got 3)']],
    // Without a target that there is, nothing is known that its settings could be held against.
    ['version: 1\nname: dev\ndatacenter: sample\nclents: 1\n', ['cluster.yaml target: is missing; write "target: sample"']],
    ['version: 1\nname: dev\ntarget: 3\nclents: 1\n', ['cluster.yaml:3:1 target: must be sample (got 3)']],
    [
      '{ version: 1, servers: 2, name: dev, clents: 1, target: sample }\n',
      ['cluster.yaml:1:15 servers: must be 1 or 3 (got 2)', 'cluster.yaml:1:38 clents: there is no such key (did you mean "clients"?)'],
    ],
  ])('%j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it('that is empty is written anew by init', () => {
    expect(hintLine(parse('').problems[0]?.next)).toBe('nomadctl init dev   writes a new one');
  });

  it('that is no text, too large or too deep says so', () => {
    expect(linesOf(new Uint8Array([0x76, 0, 1, 2]))).toEqual(['cluster.yaml: is not a text file (UTF-8)']);
    expect(linesOf(new Uint8Array([0xff, 0xfe, 0x41]))).toEqual(['cluster.yaml: is not a text file (UTF-8)']);
    expect(linesOf(new Uint8Array(2 * 1024 * 1024).fill(35))).toEqual(['cluster.yaml: is larger than 1 MiB']);
    expect(linesOf('['.repeat(100_000))).toEqual(['cluster.yaml: is nested too deeply']);
  });

  it('may be as large as a MiB, and no larger', () => {
    const padded = (bytes: number): Uint8Array => new TextEncoder().encode(`${top}#`.padEnd(bytes, 'x'));
    expect(linesOf(padded(1024 * 1024))).toEqual([]);
    expect(linesOf(padded(1024 * 1024 + 1))).toEqual(['cluster.yaml: is larger than 1 MiB']);
  });

  it.each(['ucloudPrivateKey', 'public_key', 'api-key', 'accessKey', 'rootPassword', 'consulToken', 'credentials', 'clientSecret'])(
    'must not hold %s, and is told where secrets go',
    (key) => {
      const { problems } = parse(`${top}${key}: x\n`);
      expect(problems.map(lineOf)).toEqual([
        `cluster.yaml:4:1 ${key}: there is no such key, and secrets must not be in this file: take it out`,
      ]);
      expect(hintLine(problems[0]?.next)).toMatch(/cluster\.yaml && nomadctl init dev {3}asks for keys and keeps them elsewhere$/);
    },
  );

  it("in no cluster's folder must still have a name that can be one", () => {
    const { problems } = parse(top.replace('dev', 'My_Cluster'), { name: undefined });
    expect(problems.map(lineOf)).toEqual([
      'cluster.yaml:2:1 name: must be lower-case letters, digits and dashes, with no dash at either end (got "My_Cluster")',
    ]);
  });

  it('does not grow when aliases multiply', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`),
    ];
    expect(linesOf(`${top}${bomb.join('\n')}\n`)).toHaveLength(10);
  });
});

describe('versions', () => {
  it('of a newer nomadctl are refused as a whole', async () => {
    const error = await thrown(() => parse('version: 2\nanything: goes\n'));
    expect(error).toBeInstanceOf(ConfigError);
    expect([error.message, error.code]).toEqual(['cluster.yaml is of version 2, this nomadctl reads 1', 'cluster-file-version']);
    expect(error).toMatchObject({
      why: ['a newer nomadctl wrote it', `left untouched: ${options.path}`],
      next: 'use the newer nomadctl, which wrote it',
    });
  });

  const migrations: readonly Migration[] = [
    (document) => {
      document.set('clients', document.get('nodes', true));
      document.delete('nodes');
    },
    (document) => document.set('datacenter', `${String(document.get('region'))}-1`),
    (document) => void document.delete('region'),
  ];

  it('of an older one go through every migration after theirs', () => {
    const { file, problems } = parse('version: 1\nname: dev\ntarget: sample\nnodes: 4\nregion: east\n', { migrations });
    expect(problems).toEqual([]);
    expect(Object.fromEntries(Object.entries(file.values).map(([key, { value }]) => [key, value]))).toEqual({
      clients: 4,
      datacenter: 'east-1',
    });
    const later = parse('version: 3\nname: dev\ntarget: sample\nclients: 5\nregion: west\n', { migrations });
    expect(later.problems).toEqual([]);
    expect(later.file.values['clients']?.value).toBe(5);
  });

  it('are checked after the migration, at the places of the old file', () => {
    const { problems } = parse('version: 1\nname: dev\ntarget: sample\nregion: east\nnodes: two\n', { migrations });
    expect(problems.map(({ text }) => text)).toEqual(['must be a whole number (got "two")']);
  });

  it('of an older one become the current one before an edit, with the comments', () => {
    const before = '# ours\nversion: 1 # old\nname: dev\ntarget: sample\nnodes: 4 # enough\nregion: east\n';
    const after = migrateText(before, migrations);
    expect(parse(after, { migrations }).file.values['clients']?.value).toBe(4);
    expect(after).toContain('version: 4');
    expect(after).toMatch(/^# ours[^]*# enough/);
    expect(migrateText(after, migrations)).toBe(after);
    expect(migrateText(before)).toBe(before);
    for (const version of ['', 'version: 0\n', 'version: 1.5\n', 'version: old\n']) {
      expect(migrateText(`${version}nodes: 4\n`, migrations)).toBe(`${version}nodes: 4\n`);
    }
  });
});
