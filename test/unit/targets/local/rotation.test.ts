import { describe, expect, it } from 'vitest';
import { assignNodes } from '../../../../src/agents/node-assignment.js';
import type { ClusterState } from '../../../../src/agents/local-state.js';
import { markProfile } from '../../../../src/agents/profile/profile-mark.js';
import { markSecuring } from '../../../../src/security/securing/securing-mark.js';
import { nodesFor } from '../../../../src/agents/topology.js';
import { command } from '../../../../src/commands/rotate.js';
import { ROTATION_KINDS, underWay, type Rotation } from '../../../../src/security/rotation/rotation.js';
import type { LocalCluster } from '../../../../src/targets/local/local-cluster.js';
import { localRotation, rotationPlan } from '../../../../src/targets/local/rotation.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { slotClaims } from '../../../helpers/slot-claims.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

const GOSSIP: Rotation = { kind: 'gossip', begunAt: 1, chosen: true };

async function scene(profile: 'secure' | 'poc' = 'secure') {
  const ctx = await createTestContext();
  const cluster = { name: 'dev', paths: ctx.paths.cluster('dev'), settings: {} } as LocalCluster;
  const wanted = nodesFor({ servers: 1, clients: 1, splitRoles: true });
  const { nodes } = await assignNodes({ owner: 'dev', mode: 'addresses', wanted, known: [], formed: false, claims: slotClaims(2) });
  await markProfile(cluster.paths.agents, profile);
  const tool = { path: '/bin/true', version: '1' };
  const state: Partial<ClusterState> = { nodes, tools: { consul: tool, nomad: tool } };
  return { cluster, state };
}

describe('the plan of a rotation', () => {
  it.each(ROTATION_KINDS)('of %s is written down before it changes anything, and as ended when all is done', (kind) => {
    const ids = rotationPlan(kind)
      .steps.flat()
      .map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(['rotate-check-agents', `rotate-${kind}-begin`]);
    expect(ids.at(-1)).toBe('rotate-end');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names the agents that are started anew, and those that are not', async () => {
    const { cluster, state } = await scene();
    const agents = (kind: (typeof ROTATION_KINDS)[number]) => {
      const { restarted, reloaded } = localRotation(cluster, state, kind);
      return { restarted, reloaded };
    };
    const nomads = ['nomad on nomad-server-1', 'nomad on client-1'];
    const consuls = ['consul on consul-server-1', 'consul on nomad-server-1', 'consul on client-1'];
    const all = [
      'consul on consul-server-1',
      'consul on nomad-server-1',
      'nomad on nomad-server-1',
      'consul on client-1',
      'nomad on client-1',
    ];
    expect(agents('gossip')).toEqual({ restarted: [], reloaded: [] });
    expect(agents('keyring')).toEqual({ restarted: [], reloaded: [] });
    expect(agents('certificates')).toEqual({ restarted: [], reloaded: all });
    const asking = { ...cluster, settings: { clientCertificates: true } } as LocalCluster;
    expect(localRotation(asking, state, 'certificates')).toMatchObject({ restarted: nomads, reloaded: consuls });
    expect(agents('ca')).toEqual({ restarted: nomads, reloaded: all });
    expect(agents('tokens')).toEqual({ restarted: [consuls[0], ...nomads], reloaded: consuls.slice(1) });
  });
});

describe('nothing is rotated', () => {
  it('of a cluster that is not up, that keeps nobody out, or that only begins to', async () => {
    const { cluster, state } = await scene('poc');
    expect(await thrown(() => localRotation(cluster, {}, 'ca'))).toMatchObject({ code: 'cluster-not-up', next: hintMatching(/up dev/) });
    expect(await thrown(() => localRotation(cluster, state, 'ca'))).toMatchObject({
      code: 'no-access-control',
      message: 'cluster dev has no certificate authority that could be rotated',
      next: hintMatching(/up dev --profile secure/),
    });
    const secured = await scene();
    await markSecuring(secured.cluster.paths.agents, { begunAt: 1, stage: 'open' });
    expect(await thrown(() => localRotation(secured.cluster, secured.state, 'ca'))).toMatchObject({
      code: 'upgrade-unfinished',
      next: hintMatching(/up dev/),
    });
  });

  it('while another rotation is unfinished, and the same one goes on', async () => {
    const { cluster, state } = await scene();
    const interrupted = { ...state, rotation: GOSSIP };
    expect(await thrown(() => localRotation(cluster, interrupted, 'tokens'))).toMatchObject({
      code: 'rotation-unfinished',
      message: 'another rotation of cluster dev is unfinished: that of its gossip keys',
      next: hintMatching(/^nomadctl rotate gossip$/),
    });
    expect(localRotation(cluster, interrupted, 'gossip').plan.id).toBe('rotate gossip');
    const over = { ...state, rotation: { ...GOSSIP, endedAt: 2 } };
    expect(underWay(over)).toBeUndefined();
    expect(localRotation(cluster, over, 'tokens').plan.id).toBe('rotate tokens');
  });

  it('that is none of what can be, or of no cluster', async () => {
    const ctx = await createTestContext();
    expect(await thrown(() => command.run({ args: { what: 'token' }, flags: {} }, ctx))).toMatchObject({
      code: 'rotation-unknown',
      exitCode: 2,
      message: expect.stringMatching(/did you mean.*tokens/i),
    });
    expect((await thrown(() => command.run({ args: { what: 'tokens' }, flags: {} }, ctx))).code).toMatch(/^cluster-(unknown|not-up)$/);
  });
});
