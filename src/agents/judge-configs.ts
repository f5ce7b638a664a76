import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { secretFiles } from './agent-process.js';
import { passedOnEnv } from '../tools/passed-on-env.js';
import { runBriefly } from '../tools/run-briefly.js';
import type { Context } from '../context.js';
import type { Agent } from './agents-in.js';
import type { ClusterState } from './local-state.js';

export interface Judging {
  /** All agents of the cluster. */
  readonly agents: readonly Agent[];
  readonly tools: ClusterState['tools'];
  /** The folder of all agents. */
  readonly folder: string;
}

/** Whether Consul and Nomad have accepted what is written now. Looks at files only. */
export function areJudged(judging: Judging): boolean {
  try {
    return readFileSync(markOf(judging), 'utf8') === verdictOf(judging);
  } catch {
    return false;
  }
}

/**
 * Has Consul and Nomad themselves judge one configuration of each kind: agents of one kind differ in names, addresses and ports
 * only, so what is right for one is right for all. @throws ConfigError `agent-config-refused`
 */
export async function judgeConfigs(judging: Judging, { env, signal }: Pick<Context, 'env' | 'signal'>): Promise<void> {
  const verdict = verdictOf(judging);
  const kinds = new Map(judging.agents.map((agent) => [`${agent.program} ${agent.mode}`, agent]));
  await mapBounded(kinds.values(), PROCESSES_AT_ONCE, async ({ program, files }) => {
    const { path, version } = judging.tools[program];
    const argv = [...(program === 'consul' ? ['validate'] : ['config', 'validate']), files.config, files.join, ...secretFiles(files)];
    const { exitCode, stdout, stderr } = await runBriefly(path, argv, { env: passedOnEnv(env), stdin: '', signal, accept: [0, 1] });
    if (exitCode === 0) return;
    throw new ConfigError(`${program} does not accept its configuration ${files.config}`, {
      code: 'agent-config-refused',
      why: `${stderr}\n${stdout}`.trim().split('\n').slice(-8),
      next: hint`${program} ${version} may be too new or too old: ${nomadctl`doctor`}`,
    });
  });
  await writeFileAtomic(markOf(judging), verdict);
}

function markOf({ folder }: Judging): string {
  return join(folder, 'judged');
}

/** Changes with the programs and with every file. */
function verdictOf({ agents, tools }: Judging): string {
  const hash = createHash('sha256').update(JSON.stringify(tools));
  for (const { files } of agents) for (const path of [files.config, files.join]) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}
