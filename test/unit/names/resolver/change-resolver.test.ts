import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { disable, enable, plannedDisabling, plannedEnabling } from '../../../../src/names/resolver/change-resolver.js';
import { writeRecord } from '../../../../src/names/resolver/resolver-record.js';
import { resolverStanding } from '../../../../src/names/resolver/resolver-standing.js';

const NAMES = {
  cluster: 'dev',
  agents: [
    { address: '127.0.64.1', port: 8600 },
    { address: '127.0.64.2', port: 8600 },
  ],
};

/** A system of which there are these files. */
function system(files: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux') {
  const root = mkdtempSync(join(tmpdir(), 'nomadctl-resolver-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const read = (path: string): string | undefined => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
  const plan = (names = NAMES) => plannedEnabling({ root, platform }, names);
  const on = async (names = NAMES): Promise<void> => {
    const change = await plan(names);
    if (change) await enable(change, names, { root, ready: () => Promise.resolve() });
  };
  const off = async (): Promise<readonly string[] | undefined> => {
    const change = await plannedDisabling(root);
    if (change) await disable(root, change);
    return change?.remarks;
  };
  return { root, read, plan, on, off, write: (path: string, text: string) => writeFileSync(join(root, path), text) };
}

const RESOLV = 'search a.test\nnameserver 192.0.2.1\noptions ndots:2';
const WAYS = [
  ['resolv.conf', 'etc/resolv.conf', { 'etc/resolv.conf': RESOLV }, 'linux'],
  ['systemd-resolved', 'etc/systemd/resolved.conf.d/nomadctl.conf', { 'etc/resolv.conf': 'nameserver 127.0.0.53\n' }, 'linux'],
  [
    'networkmanager',
    'etc/NetworkManager/dnsmasq.d/nomadctl.conf',
    { 'etc/resolv.conf': 'nameserver 127.0.1.1\n', 'etc/NetworkManager/conf.d/dns.conf': '[main]\ndns=dnsmasq\n' },
    'linux',
  ],
  ['macos', 'etc/resolver/consul', { 'etc/resolv.conf': RESOLV }, 'darwin'],
] as const;

test.each(WAYS)('%s is told, and all is as it was afterwards', async (id, file, files, platform) => {
  const at = system(files, platform);
  const before = at.read(file);
  expect((await at.plan())?.way.id).toBe(id);
  await at.on();
  expect(at.read(file)).toMatchSnapshot();
  expect(statSync(join(at.root, file)).mode & 0o777).toBe(0o644);
  expect(await at.plan()).toBeUndefined();
  expect(await at.off()).toEqual([]);
  expect(at.read(file)).toBe(before);
  expect(await at.off()).toBeUndefined();
  expect(readdirSync(join(at.root, 'var/lib/nomadctl'))).toEqual([]);
});

test.each(WAYS)('%s that somebody has edited since loses what is ours alone, and says so', async (_id, file, files, platform) => {
  const at = system(files, platform);
  const before = at.read(file) ?? '';
  await at.on();
  at.write(file, `${at.read(file)}\n# mine\noptions rotate\n`);
  expect((await resolverStanding(at.root))?.state).toBe('edited');
  expect(await at.off()).toEqual([expect.stringContaining('was edited since')]);
  const left = at.read(file) ?? '';
  expect(left).toContain('# mine\noptions rotate\n');
  expect(left).not.toMatch(/127\.0\.(53|64)\.|nomadctl/);
  for (const line of before.split('\n')) expect(left).toContain(line);
});

test.each(WAYS)('%s: killed anywhere, --disable puts back what was, and --enable goes on', async (id, file, files, platform) => {
  for (const kill of ['before the file', 'while it is put back', 'after the file is back'] as const) {
    const at = system(files, platform);
    const before = at.read(file);
    const after = (await at.plan())?.after ?? '';
    const record = { ...NAMES, way: id, file: join(at.root, file), after, ...(before === undefined ? {} : { before }) };
    if (kill === 'while it is put back') {
      await at.on();
      if (before !== undefined) at.write(file, before + after.slice(before.length));
    } else await writeRecord(at.root, record);
    await at.on();
    expect(at.read(file), kill).toBe(after);
    await at.off();
    expect(at.read(file), kill).toBe(before);
  }
});

test('a half that a kill left is put back whole', async () => {
  const at = system({ 'etc/resolv.conf': RESOLV });
  await at.on();
  const after = at.read('etc/resolv.conf') ?? '';
  at.write('etc/resolv.conf', RESOLV + after.slice(RESOLV.length));
  expect((await resolverStanding(at.root))?.state).toBe('halfway');
  expect(await at.off()).toEqual([]);
  expect(at.read('etc/resolv.conf')).toBe(RESOLV);
});

test('a file that DHCP has written anew stays, and is told again when asked to', async () => {
  const at = system({ 'etc/resolv.conf': RESOLV });
  await at.on();
  at.write('etc/resolv.conf', 'nameserver 192.0.2.9\n');
  await at.on();
  expect(at.read('etc/resolv.conf')).toMatch(/nameserver 127\.0\.53\.53\nnameserver 192\.0\.2\.9\n$/);
  at.write('etc/resolv.conf', 'nameserver 192.0.2.8\n');
  expect(await at.off()).toEqual([expect.stringContaining('stays as it is')]);
  expect(at.read('etc/resolv.conf')).toBe('nameserver 192.0.2.8\n');
});

test('what somebody had for .consul before comes back, with its mode, behind a link', async () => {
  const at = system({ 'etc/elsewhere': 'nameserver 10.0.0.1\n', 'etc/resolv.conf': RESOLV }, 'darwin');
  mkdirSync(join(at.root, 'etc/resolver'));
  symlinkSync('../elsewhere', join(at.root, 'etc/resolver/consul'));
  chmodSync(join(at.root, 'etc/elsewhere'), 0o640);
  await at.on();
  expect(at.read('etc/elsewhere')).toContain('nameserver 127.0.64.1\nport 8600');
  await at.off();
  expect(at.read('etc/elsewhere')).toBe('nameserver 10.0.0.1\n');
  expect(statSync(join(at.root, 'etc/elsewhere')).mode & 0o777).toBe(0o640);
});

test('another cluster takes the names over, and what was before both comes back', async () => {
  const at = system({ 'etc/resolv.conf': RESOLV });
  await at.on();
  const other = { cluster: 'other', agents: [{ address: '127.0.65.1', port: 8600 }] };
  expect((await at.plan(other))?.remarks).toEqual(['.consul was cluster dev']);
  await at.on(other);
  expect((await resolverStanding(at.root))?.record).toMatchObject(other);
  await at.off();
  expect(at.read('etc/resolv.conf')).toBe(RESOLV);
});

test('when nobody can answer, nothing is changed', async () => {
  const at = system({ 'etc/resolv.conf': RESOLV });
  const change = await at.plan();
  const failing = enable(change!, NAMES, { root: at.root, ready: () => Promise.reject(new Error('port 53 is taken')) });
  await expect(failing).rejects.toThrow('port 53 is taken');
  expect(at.read('etc/resolv.conf')).toBe(RESOLV);
  expect(await resolverStanding(at.root)).toBeUndefined();
});
