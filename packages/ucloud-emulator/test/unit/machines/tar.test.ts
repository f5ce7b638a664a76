import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTar } from '../../../src/machines/tar.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

test('tar unpacks what was packed: content, modes, links', async () => {
  const dir = await tempHome();
  const binary = Buffer.from(Array.from({ length: 1500 }, (_, index) => index % 256));
  const archive = makeTar([
    { path: 'etc/empty', content: '' },
    { path: 'etc/secret', mode: 0o600, content: 'schlüssel\n' },
    { path: 'bin/tool', mode: 0o755, content: binary },
    { path: 'etc/unit', content: '', link: '/dev/null' },
  ]);
  execFileSync('tar', ['-x', '-C', dir], { input: archive });
  expect(readFileSync(join(dir, 'etc/secret'), 'utf8')).toBe('schlüssel\n');
  expect(readFileSync(join(dir, 'bin/tool'))).toEqual(binary);
  expect(lstatSync(join(dir, 'etc/empty')).size).toBe(0);
  expect(readlinkSync(join(dir, 'etc/unit'))).toBe('/dev/null');
  expect([lstatSync(join(dir, 'etc/secret')).mode & 0o777, lstatSync(join(dir, 'bin/tool')).mode & 0o777]).toEqual([0o600, 0o755]);
});

test('a path that does not fit is refused', () => {
  expect(() => makeTar([{ path: 'x'.repeat(100), content: '' }])).toThrow('too long');
});
