import { expect, test } from 'vitest';
import { packageIndexes } from '../../../../src/ucloud/images/package-indexes.js';

const none = { packageMirror: '', dockerMirror: '', dockerPackages: [] };
const mirrors = { packageMirror: 'http://m.example/', dockerMirror: 'http://d.example', dockerPackages: [] };
const urls = (...given: Parameters<typeof packageIndexes>) => packageIndexes(...given).map(({ key, url }) => `${key} ${url}`);

test.each([
  ['Debian 12.0', ['packageMirror http://m.example/debian/dists/bookworm/Release', 'dockerMirror http://d.example/linux/debian/gpg']],
  ['Ubuntu 22.04', ['packageMirror http://m.example/ubuntu/dists/jammy/Release', 'dockerMirror http://d.example/linux/ubuntu/gpg']],
  [
    'Rocky 9.0',
    [
      'packageMirror http://m.example/9/BaseOS/x86_64/os/repodata/repomd.xml',
      'dockerMirror http://d.example/linux/centos/9/x86_64/stable/repodata/repomd.xml',
    ],
  ],
  [
    'AlmaLinux 9.6',
    [
      'packageMirror http://m.example/9/BaseOS/x86_64/os/repodata/repomd.xml',
      'dockerMirror http://d.example/linux/centos/9/x86_64/stable/repodata/repomd.xml',
    ],
  ],
  ['Debian 99', []],
  ['openEuler 24.03', []],
])('what a build on %s asks of mirrors', (base, expected) => expect(urls(base, mirrors, true)).toEqual(expected));

test('servers need no Docker, and given packages no mirror of them', () => {
  expect(urls('Rocky 9.0', mirrors, false)).toHaveLength(1);
  expect(urls('Rocky 9.0', { ...mirrors, dockerPackages: ['http://x.example/docker.rpm'] }, true)).toHaveLength(1);
});

test('without mirrors: Debian has Docker itself, Rocky takes it from its makers', () => {
  expect(urls('Debian 12.0', none, true)).toEqual([]);
  expect(urls('Rocky 9.0', none, true)).toEqual([
    'dockerMirror https://download.docker.com/linux/centos/9/x86_64/stable/repodata/repomd.xml',
  ]);
});
