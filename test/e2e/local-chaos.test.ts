import { expect, test } from 'vitest';
import { runChaos } from '../helpers/chaos.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

/** A sample; `npm run chaos -- --runs 200` is the proof. */
test.skipIf(!ready)('ten random commands, killed at random moments and run again, all converge', async ({ signal }) => {
  const lines: string[] = [];
  const { failures } = await runChaos({ runs: 10, seed: 7, say: (line) => lines.push(line), signal });
  expect(failures, lines.join('\n')).toEqual([]);
});
