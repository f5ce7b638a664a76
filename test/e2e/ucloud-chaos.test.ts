import { expect, test } from 'vitest';
import { findChaosPrograms, runUcloudChaos } from '../helpers/ucloud-chaos.js';

/** A sample; `npm run chaos -- --target ucloud --runs 100` is the proof. */
test.skipIf(!findChaosPrograms())(
  'builds, up and down on an emulated UCloud, killed at random moments, all converge',
  { timeout: 900_000 },
  async ({ signal }) => {
    const lines: string[] = [];
    const { failures } = await runUcloudChaos({ runs: 5, seed: 7, say: (line) => lines.push(line), signal });
    expect(failures, lines.join('\n')).toEqual([]);
  },
);
