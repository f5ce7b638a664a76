import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toIp } from '../../../../../base/src/ipv4.js';
import { claimEipPool, type EipPoolOptions } from '../../../../src/machines/network/eip-pool.js';

test('each emulator has a pool of its own, and its data folder keeps it', async () => {
  const { claim, dataDir } = ownFolder();
  const [one, two, kept] = [await claim({ instance: 'one' }), await claim({ instance: 'two' }), await claim({ instance: 'k', dataDir })];
  expect(new Set([one.cidr, two.cidr, kept.cidr]).size).toBe(3);
  expect(one.cidr).toMatch(/^127\.\d+\.\d+\.0\/22$/);
  expect(`${toIp(one.network.base)}/${one.network.bits}`).toBe(one.cidr);
  expect((await claim({ instance: 'k', dataDir })).cidr).toBe(kept.cidr);
  one.release();
  expect((await claim({ instance: 'three' })).cidr).toBe(one.cidr);
});

test('a claim ends with its process, or with its data folder', async () => {
  const { claim, dataDir, folder } = ownFolder();
  const kept = await claim({ instance: 'k', dataDir });
  writeFileSync(join(folder, '1'), 'killed 4194304 some-boot/123');
  expect((await claim({ instance: 'next' })).cidr).not.toBe(kept.cidr);
  expect(readdirSync(folder)).toEqual(['0', '1']);
  rmSync(dataDir, { recursive: true });
  expect((await claim({ instance: 'third' })).cidr).toBe(kept.cidr);
});

test('a pool that rules of somebody else name is left alone', async () => {
  const { claim } = ownFolder();
  const { cidr } = await claim({ instance: 'a' });
  const run = async (): Promise<string> => `-A OUTPUT -m conntrack --ctorigdst ${next(cidr)} -j NCE-whoever-EIP\n`;
  expect((await claim({ instance: 'b', isRoot: true, run })).cidr).toBe(next(next(cidr)));
});

test('EIPs that are in the store keep their pool, and are refused where another emulator has it', async () => {
  const { claim, dataDir } = ownFolder();
  const { cidr } = await claim({ instance: 'a', dataDir });
  const used = ['198.18.0.7', next(next(cidr)).replace('.0/22', '.77')];
  const kept = await claim({ instance: 'b', used });
  expect(kept.cidr).toBe(next(next(cidr)));
  await expect(claim({ instance: 'c', used })).rejects.toMatchObject({
    code: 'emulator-eips-taken',
    message: expect.stringContaining(kept.cidr),
  });
});

function ownFolder(): { folder: string; dataDir: string; claim: (options: Partial<EipPoolOptions>) => ReturnType<typeof claimEipPool> } {
  const [folder, dataDir] = [mkdtempSync(join(tmpdir(), 'nomadctl-claims-')), mkdtempSync(join(tmpdir(), 'nomadctl-data-'))];
  onTestFinished(() => [folder, dataDir].forEach((path) => rmSync(path, { recursive: true, force: true })));
  const run = async (): Promise<string> => '';
  return { folder, dataDir, claim: (options) => claimEipPool({ instance: 'x', isRoot: false, run, folder, ...options }) };
}

/** The pool after this one. */
function next(cidr: string): string {
  const [a, b, c] = cidr.split('.').map(Number) as [number, number, number];
  return `${a}.${b}.${c + 4}.0/22`;
}
