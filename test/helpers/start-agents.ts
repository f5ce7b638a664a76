import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseAddresses } from '../../src/agents/node-assignment.js';
import { makeFolder } from '../../packages/base/src/make-folder.js';
import type { ClusterState } from '../../src/agents/local-state.js';
import { localOptions, type LocalSettings } from '../../src/agents/local-options.js';
import { sweep } from '../../src/agents/leftovers/sweep.js';
import type { ClusterConnection } from '../../src/cluster/connection.js';
import { runPlan } from '../../src/engine/run-plan.js';
import { localConnection } from '../../src/targets/local/connection.js';
import { downPlan, upPlanFor } from '../../src/targets/local/plan.js';
import { requireTool } from './require-tool.js';
import { createTestContext } from './test-context.js';

/** A real cluster of one test file, as `up` makes it: `server-1`, `client-1` and `client-2`. */
export interface TestCluster {
  readonly connection: ClusterConnection;
  /** A folder that goes with the cluster. */
  readonly dir: string;
  /** Starts the Nomad clients that were ended, and waits for them. */
  startClients(): Promise<void>;
  end(): Promise<void>;
}

/** Undefined where the programs are missing; `NOMADCTL_REQUIRE=nomad,consul` makes that a failure. */
export async function startAgents(more: Partial<LocalSettings> = {}): Promise<TestCluster | undefined> {
  const [consul, nomad] = [requireTool('consul'), requireTool('nomad')];
  if (consul === undefined || nomad === undefined) return undefined;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-agents-')));
  const ctx = await createTestContext({ home: dir, env: { PATH: process.env['PATH'] } });
  const defaults = Object.fromEntries(Object.entries(localOptions).map(([key, option]) => [key, option.default])) as LocalSettings;
  const settings = { ...defaults, drivers: ['raw_exec'], ...more };
  const cluster = { name: 'test', target: 'local', settings, paths: ctx.paths.cluster('test') };
  // Addresses that a cluster without a folder has reserved are anybody's.
  await makeFolder(cluster.paths.dir);
  const subject = { cluster };
  let state: Partial<ClusterState> = { tools: { consul: { path: consul, version: '' }, nomad: { path: nomad, version: '' } } };
  const end = async (): Promise<void> => {
    try {
      await runPlan(downPlan, ctx, { subject, state });
    } finally {
      await sweep(dir, ctx);
      releaseAddresses(cluster.paths.dir);
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  };
  try {
    // Without a journal every step runs; the programs are known.
    const from = settings.profile === 'secure' ? 'make-authority' : 'assign-nodes';
    ({ state } = await runPlan(upPlanFor(settings), ctx, { subject, state, from }));
    const connection = await localConnection(cluster, state, ctx);
    if (!connection) throw new Error('a cluster that is up has servers');
    const startClients = async (): Promise<void> => {
      for (const only of ['start-nomad-clients', 'wait-for-clients']) await runPlan(upPlanFor(settings), ctx, { subject, state, only });
    };
    return { connection, dir, startClients, end };
  } catch (error) {
    await end();
    throw error;
  }
}
