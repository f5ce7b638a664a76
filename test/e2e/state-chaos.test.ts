import { expect, test } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';
import { runStateChaos } from '../helpers/state-chaos.js';

const ready = requireTool('consul') !== undefined && requireTool('terraform') !== undefined;

/** A sample; `npm run chaos -- --state --runs 100` is the proof. */
test.skipIf(!ready)(
  'states that move, are backed up and put back, by commands killed at random moments, all converge',
  { timeout: 300_000 },
  async ({ signal }) => {
    const lines: string[] = [];
    const { failures } = await runStateChaos({ runs: 4, seed: 5, planEvery: 4, say: (line) => lines.push(line), signal });
    expect(failures, lines.join('\n')).toEqual([]);
  },
);
