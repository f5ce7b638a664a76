import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RotationKind } from '../../src/security/rotation/rotation.js';
import { serverOf } from '../helpers/ask-agent.js';
import { jobText } from '../helpers/chaos.js';
import { problemsWhenDown, problemsWhenUp, secretsOf } from '../helpers/lab.js';
import { SeenSecrets } from '../helpers/replaced-secrets.js';
import { requireTool } from '../helpers/require-tool.js';
import { runSecuredChaos } from '../helpers/secured-chaos.js';
import { testLab } from '../helpers/test-lab.js';
import { tokensFor, tokensOfOurs } from '../helpers/tokens-of-ours.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

/** A sample; `npm run chaos -- --secured --runs 200` is the proof. */
test.skipIf(!ready)('up, rotations and the upgrade, killed at random moments, all converge', { timeout: 300_000 }, async ({ signal }) => {
  const lines: string[] = [];
  const { failures } = await runSecuredChaos({ runs: 3, seed: 21, say: (line) => lines.push(line), signal });
  expect(failures, lines.join('\n')).toEqual([]);
});

/** Where what is new is known to some, and in force with some. */
const HALFWAY: readonly (readonly [RotationKind, string])[] = [
  ['tokens', 'rotate-tokens-make'],
  ['tokens', 'rotate-tokens-use'],
  ['ca', 'rotate-ca-certify'],
];

test.skipIf(!ready)('clients come and go, and jobs are deployed, while a rotation is interrupted', { timeout: 300_000 }, async () => {
  const lab = testLab();
  const up = (clients: number) => lab.must(['up', '--clients', String(clients), '--drivers', 'raw_exec'], { timeoutMs: 200_000 });
  const interrupt = async (kind: RotationKind, step: string): Promise<void> => {
    const { code, stderr } = await lab.run(['rotate', kind, '--yes'], { strike: `SIGKILL step ${step}` });
    expect(code, stderr).toBe(137);
  };
  await up(1);
  const job = join(lab.home, 'sleeper.nomad.hcl');
  writeFileSync(job, jobText(1));
  let clients = 1;
  for (const [kind, step] of HALFWAY) {
    const seen = new SeenSecrets(lab);
    seen.look();
    await interrupt(kind, step);
    seen.look();
    clients = 3 - clients;
    const { stderr } = await up(clients);
    expect(stderr).toMatch(new RegExp(`was interrupted.*rotate ${kind}`));
    await lab.must(['job', 'deploy', job]);
    seen.look();
    await lab.must(['rotate', kind, '--yes'], { timeoutMs: 200_000 });
    seen.look();
    const nodes = ['server-1', 'client-1', ...(clients === 2 ? ['client-2'] : [])];
    expect(await problemsWhenUp(lab, nodes), step).toEqual([]);
    expect(seen.problems(kind), step).toEqual([]);
    const kept = Object.keys(secretsOf(lab));
    expect(
      kept.filter((name) => /^(next|previous):/.test(name)),
      step,
    ).toEqual([]);
    expect(
      kept.filter((name) => name.endsWith(':client-2')),
      step,
    ).toHaveLength(clients === 2 ? 2 : 0);
    expect(await tokensOfOurs(await serverOf(lab)), step).toEqual(tokensFor(nodes, 'nomadctl: management'));
  }
  await interrupt('tokens', 'rotate-tokens-use');
  await lab.must(['down']);
  expect(problemsWhenDown(lab)).toEqual([]);
});
