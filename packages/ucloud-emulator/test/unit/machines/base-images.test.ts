import { expect, onTestFinished, test } from 'vitest';
import { openBaseImages } from '../../../src/machines/base/base-images.js';
import { findRecipe } from '../../../src/machines/base/recipes.js';
import { connectEngine } from '../../../src/machines/engine.js';
import { engineDouble } from '../../helpers/engine-double.js';

function open(address: string, lines: string[] = []) {
  const engine = connectEngine(address);
  onTestFinished(() => engine.close());
  return openBaseImages({ engine, isRoot: false, onProgress: (line) => lines.push(line) });
}

test('systems of the cloud that can be had, and those that can not', async () => {
  expect(['Debian 12.0 64位', 'Ubuntu 24.04 64位', 'Ubuntu 22.04 64位', 'Rocky 9.0 64位'].map((name) => findRecipe(name)?.id)).toEqual([
    'debian-12',
    'ubuntu-24.04',
    'ubuntu-22.04',
    'rocky-9',
  ]);
  const base = open(await engineDouble(() => undefined));
  expect(base.problemWith('Windows 2022 64位')).toBe('nothing here can stand for Windows 2022 64位');
  await expect(base.prepare('CentOS 6.10 64位')).rejects.toMatchObject({ code: 'emulator-image', next: 'Choose an image of Debian 12' });
});

test('an image that is there is used as it is', async () => {
  const asked: string[] = [];
  const base = open(await engineDouble(({ path }) => (asked.push(path), { body: { Id: 'sha256:1' } })));
  expect(await base.prepare('Debian 12.0 64位')).toMatch(/^nomadctl-emulator:debian-12-[0-9a-f]{12}$/);
  expect(asked).toHaveLength(1);
});

test('where nothing can be pulled the reason says both ways, and is remembered; the lock is given back', async () => {
  const removed: string[] = [];
  const lines: string[] = [];
  const address = await engineDouble(({ method, path, query }) => {
    if (method === 'DELETE') return (removed.push(path), { status: 204, body: '' });
    if (path === '/images/create' && query.get('fromImage'))
      return { body: '{"status":"Pulling from library/rockylinux"}\n{"error":"Get https://registry: no such host"}\n' };
    return path === '/images/create' || path === '/containers/create' ? { body: '{}' } : undefined;
  });
  const base = open(address, lines);
  expect(base.problemWith('Rocky 9.0 64位')).toBeUndefined();
  await expect(base.prepare('Rocky 9.0 64位')).rejects.toMatchObject({
    code: 'emulator-base-image',
    message: 'There is no root for hosts of Rocky 9',
    why: ['rockylinux:9 could not be pulled: Get https://registry: no such host', 'it can not be made here either'],
    next: 'docker pull rockylinux:9',
  });
  expect(base.problemWith('Rocky 9.0 64位')).toContain('no such host');
  expect(removed).toEqual(['/containers/nomadctl-emulator-base-rocky-9-lock']);
  expect(lines).toEqual(['Making the image of Rocky 9, once: this takes some minutes', 'docker pull rockylinux:9']);
});
