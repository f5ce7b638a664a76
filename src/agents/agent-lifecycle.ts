import { delimiter, dirname } from 'node:path';
import type { Context } from '../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { writeElection } from './election.js';
import { endForRestart, endNameless, lastLines, secretFiles, startAgent } from './agent-process.js';
import { runningAgent } from './running-agent.js';
import { portState } from './free-port.js';
import { namedLinks } from './named-links.js';
import { portsOf } from './node-record.js';
import { portOwner } from './port-owner.js';
import { passedOnEnv } from '../tools/passed-on-env.js';
import { programsPath } from '../tools/programs-path.js';
import type { Binaries } from './agent-standing.js';
import type { Agent } from './agents-in.js';
import { beginWithKeys } from './config/begin-with-keys.js';

export type Outside = Pick<Context, 'exec' | 'clock' | 'env' | 'paths' | 'signal'>;
interface LaunchOptions {
  /** One of a program's servers that will elect, because none of them runs. */
  readonly electing?: boolean;
  /** False for one that is told later whom to join. */
  readonly joining?: boolean;
}

/**
 * Starts an agent. Its own environment decides nothing: everything is in its files.
 * @throws PrerequisiteError `port-taken` with the process that has the port.
 */
export async function launch(
  agent: Agent,
  binaries: Binaries,
  { electing = false, joining = true, ...outside }: Outside & LaunchOptions,
): Promise<void> {
  outside.signal.throwIfAborted();
  const { program, mode, files } = agent;
  await endNameless(agent.files, outside.clock);
  await checkPorts(agent);
  await beginWithKeys(agent);
  if (mode === 'server') await writeElection(agent, electing ? 'patient' : 'usual');
  await startAgent(outside, {
    program,
    binary: binaries[program].path,
    files,
    configs: [files.config, ...(joining ? [files.join] : []), ...secretFiles(files), ...(mode === 'server' ? [files.election] : [])],
    env: agentEnv(outside, files.agents, binaries),
  });
}

/** Ends an agent and starts it again; what it runs goes on, Nomad takes its tasks back. */
export async function relaunch(agent: Agent, binaries: Binaries, outside: Outside): Promise<void> {
  await endForRestart(agent.files, outside.clock);
  await launch(agent, binaries, outside);
}

/**
 * Credentials and NOMAD_/CONSUL_ settings of the caller's shell stay out of the agents. Nomad runs `consul` of its PATH for the sidecars of
 * jobs, wherever ours is.
 */
function agentEnv({ env, paths }: Outside, agents: string, { consul }: Binaries): Record<string, string> {
  return { ...passedOnEnv(env), PATH: [programsPath({ env, paths }, namedLinks(agents)), dirname(consul.path)].join(delimiter) };
}

async function checkPorts({ node, program }: Agent): Promise<void> {
  for (const port of portsOf(node, program)) {
    const state = await portState(node.address, port);
    if (state === 'free') continue;
    const owner = portOwner(node.address, port);
    const who = owner ? `${owner.program} (process ${owner.pid})` : 'another program';
    throw new PrerequisiteError(`${node.address}:${port} is ${state === 'taken' ? `taken by ${who}` : 'not to be had'}`, {
      code: state === 'taken' ? 'port-taken' : 'address-missing',
      why: `${program} on ${node.name} must listen there`,
      next: owner ? hint`${shell`kill ${owner.pid}`} && ${again()}` : nomadctl`doctor`,
      details: { address: node.address, port, ...owner },
    });
  }
}

/** For waits. @throws PrerequisiteError `agent-ended` when one of the agents has ended by itself */
export function refuseEnded(agents: readonly Agent[]): void {
  const ended = agents.find(({ files }) => runningAgent(files) === undefined);
  if (ended) throw endedError(ended);
}

function endedError({ program, node, files }: Agent): PrerequisiteError {
  return new PrerequisiteError(`${program} on ${node.name} ended right after its start`, {
    code: 'agent-ended',
    why: lastLines(files, 6),
    next: hint`${nomadctl`logs ${node.name}`} && ${again()}`,
  });
}
