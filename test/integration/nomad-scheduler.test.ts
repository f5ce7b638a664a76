import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNomadApi, type NomadApi } from '../../src/clients/nomad-api.js';
import { reach, type ReachedCluster } from '../../src/cluster/reach.js';
import { ensureScheduler, schedulerProblem } from '../../src/cluster/nomad-scheduler.js';
import { deploy, hclSource } from '../helpers/job-context.js';
import { nodeListening } from '../helpers/endpoint-at.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { createTestContext } from '../helpers/test-context.js';

const hasAgents = ['nomad', 'consul'].every((tool) => requireTool(tool) !== undefined);

const pair = (id: string): string => `
job "${id}" {
  update {
    min_healthy_time = "100ms"
  }
  ${['one', 'other'].map(group).join('\n')}
}`;

const group = (name: string): string => `
  group "${name}" {
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/sleep"
        args    = ["300"]
      }
      kill_timeout = "1s"
      resources {
        cpu    = 20
        memory = 10
      }
    }
  }`;

describe.skipIf(!hasAgents)("Nomad's scheduler, on real agents", () => {
  const signal = new AbortController().signal;
  let cluster: TestCluster;
  let nomad: NomadApi;
  let reached: ReachedCluster;
  beforeAll(async () => {
    cluster = (await startAgents({ scheduler: 'binpack', profile: 'poc' })) as TestCluster;
    nomad = createNomadApi(cluster.connection.nomad);
    const { hostname, port } = new URL(cluster.connection.nomad.url);
    reached = reach([nodeListening(hostname, Number(port))], {});
  });
  afterAll(() => cluster?.end());

  async function nodesOf(id: string): Promise<string[]> {
    const { health } = await deploy({ ctx: await createTestContext(), connection: cluster.connection, source: hclSource(pair(id)) });
    return [...new Set(health?.allocations.map(({ node }) => node))].sort();
  }

  it('is set, and what else is set about it stays', async () => {
    const before = await nomad.scheduler(signal);
    expect(before.SchedulerAlgorithm).toBe('binpack');
    expect(await nomad.setScheduler({ ...before, MemoryOversubscriptionEnabled: true }, signal)).toBe(true);
    expect(await schedulerProblem(reached, 'spread', signal)).toBe('it is binpack');
    await ensureScheduler(nomad, 'spread', signal);
    expect(await schedulerProblem(reached, 'spread', signal)).toBeUndefined();
    expect(await nomad.scheduler(signal)).toMatchObject({ SchedulerAlgorithm: 'spread', MemoryOversubscriptionEnabled: true });
  });

  it('is not written again when it is as wanted', async () => {
    const { ModifyIndex } = await nomad.scheduler(signal);
    await ensureScheduler(nomad, 'spread', signal);
    expect((await nomad.scheduler(signal)).ModifyIndex).toBe(ModifyIndex);
  });

  it('is read anew when somebody else changes it meanwhile', async () => {
    let quicker = 2;
    const raced: NomadApi = {
      ...nomad,
      async setScheduler(config, at) {
        if (quicker-- > 0) await nomad.setScheduler({ ...(await nomad.scheduler(at)), MemoryOversubscriptionEnabled: quicker > 0 }, at);
        return nomad.setScheduler(config, at);
      },
    };
    await ensureScheduler(raced, 'binpack', signal);
    expect(await nomad.scheduler(signal)).toMatchObject({ SchedulerAlgorithm: 'binpack', MemoryOversubscriptionEnabled: false });
    await expect(ensureScheduler({ ...nomad, setScheduler: async () => false }, 'spread', signal)).rejects.toMatchObject({
      code: 'scheduler-busy',
    });
  });

  it('decides where groups land: apart, or together', async () => {
    await ensureScheduler(nomad, 'spread', signal);
    for (const id of ['apart-1', 'apart-2', 'apart-3']) expect(await nodesOf(id)).toEqual(['client-1', 'client-2']);
    await ensureScheduler(nomad, 'binpack', signal);
    expect(await nodesOf('together')).toHaveLength(1);
  });
});
