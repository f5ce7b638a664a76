import { readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../src/engine/lock.js';
import type { HeldLock } from '../../../packages/base/src/file-lock.js';
import { lockFile, lockTakers } from '../../helpers/lock-taker.js';

const takers = lockTakers();

describe('thirty at the same moment', () => {
  const race = async (path: string): Promise<string[]> => {
    const at = Date.now() + 6000;
    return Promise.all(Array.from({ length: 30 }, () => takers.start(path, { at }).outcome));
  };

  test.each([{ stale: true }, { stale: false }])(
    'take a lock, stale: $stale; exactly one gets it',
    { timeout: 60_000 },
    async ({ stale }) => {
      const path = await lockFile();
      if (stale) await takers.leaveStale(path);
      const outcomes = await race(path);
      expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'lock-held')).toHaveLength(29);
      expect(await readdir(dirname(path))).toEqual(['lock']);
    },
  );

  test('within one process too, again and again', async () => {
    const path = await lockFile();
    for (let round = 0; round < 40; round++) {
      await (await acquireLock(path, 'makes the folder', 0)).release();
      await writeFile(path, `stale ${round}`);
      const takeSoon = async (): Promise<HeldLock> => {
        // Not quite together: some look while others have just taken it over.
        await sleep(Math.random() * 6);
        return acquireLock(path, 'nomadctl up', Date.now());
      };
      const taken = await Promise.allSettled(Array.from({ length: 30 }, takeSoon));
      const held = taken.filter((result) => result.status === 'fulfilled');
      expect(held).toHaveLength(1);
      await held[0]?.value.release();
    }
  });
});
