import { expect, it } from 'vitest';
import { ROTATION_KINDS, type RotationKind } from '../../../../src/security/rotation/rotation.js';
import { rotationPlan } from '../../../../src/targets/local/rotation.js';
import { ucloudRotation } from '../../../../src/targets/ucloud/rotation.js';
import type { UcloudTargetCluster } from '../../../../src/targets/ucloud/ucloud-cluster.js';
import { markSecured } from '../../../../src/ucloud/security/profile.js';
import type { UcloudHost, UcloudState } from '../../../../src/ucloud/ucloud-state.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const host = (name: string, role: UcloudHost['role']): UcloudHost => ({
  ...{ name, role, id: `uhost-${name}`, privateIp: '10.81.0.11', zone: 'cn-bj2-02', imageId: 'uimage-1' },
});

async function scene() {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('prod');
  const cluster: UcloudTargetCluster = { name: 'prod', target: 'ucloud', paths, settings: ucloudSettings() };
  const hosts = [host('consul-server-1', 'consul-server'), host('nomad-server-1', 'nomad-server'), host('client-1', 'client')];
  const state: Partial<UcloudState> = { hosts };
  return { cluster, state };
}

it('takes the steps that a cluster on this computer takes, and starts no Consul anew', async () => {
  const { cluster, state } = await scene();
  await markSecured(cluster.paths);
  const nomads = ['nomad on nomad-server-1', 'nomad on client-1'];
  const consuls = ['consul on consul-server-1', 'consul on nomad-server-1', 'consul on client-1'];
  const touched: Readonly<Record<RotationKind, readonly [number, readonly string[]]>> = {
    gossip: [0, []],
    certificates: [5, []],
    ca: [5, nomads],
    tokens: [3, nomads],
    keyring: [0, []],
  };
  const idsOf = (steps: readonly ({ id: string } | readonly { id: string }[])[]): string[] => steps.flat().map(({ id }) => id);
  for (const kind of ROTATION_KINDS) {
    const { plan, restarted, reloaded } = ucloudRotation(cluster, state, kind);
    expect(idsOf(plan.steps)).toEqual(idsOf(rotationPlan(kind).steps));
    expect([reloaded.length, restarted], kind).toEqual(touched[kind]);
    if (kind === 'tokens') expect(reloaded).toEqual(consuls);
  }
});

it('refuses a cluster that is not up, one that keeps nobody out, and a second rotation before the first has ended', async () => {
  const { cluster, state } = await scene();
  expect(await thrown(() => ucloudRotation(cluster, {}, 'ca'))).toMatchObject({ code: 'cluster-not-up', next: hintMatching(/up prod/) });
  expect(await thrown(() => ucloudRotation(cluster, state, 'ca'))).toMatchObject({ code: 'no-access-control' });
  await markSecured(cluster.paths);
  const unfinished = { ...state, rotation: { kind: 'gossip', begunAt: 1, chosen: true } as const };
  expect(await thrown(() => ucloudRotation(cluster, unfinished, 'ca'))).toMatchObject({
    code: 'rotation-unfinished',
    next: hintMatching(/rotate gossip/),
  });
});
