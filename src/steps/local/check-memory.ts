import { freemem } from 'node:os';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { runningAgent } from '../../agents/running-agent.js';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/** Resident memory of an agent that has just come up, measured: 80 to 110 MiB. */
const MIB_PER_AGENT = 110;

/** Refuses to start more agents than the computer has memory for: the kernel would end some of them, or a neighbour. */
export const checkMemoryStep = defineStep({
  id: 'check-memory',
  title: 'Checking memory',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const missing = notRunning(at);
    return missing.length === 0 ? { done: true } : { done: false, because: `${missing.length} agents to start` };
  },
  async run(at) {
    const wanted = notRunning(at).length * MIB_PER_AGENT;
    const free = Math.floor(freemem() / 1024 / 1024);
    // Elsewhere than on Linux, memory that caches hold and would give back counts as taken.
    if (at.platform === 'linux' && free < wanted) throw tooLittle(wanted, free);
    return { detail: `${wanted} MiB wanted, ${free} MiB free` };
  },
});

function notRunning({ cluster, state }: LocalContext<'nodes'>): Agent[] {
  return agentsIn(state.nodes, cluster.paths.agents).filter(({ files }) => !runningAgent(files));
}

function tooLittle(wanted: number, free: number): PrerequisiteError {
  return new PrerequisiteError(`the agents need about ${wanted} MiB of memory, ${free} MiB are free`, {
    code: 'memory-short',
    why: `an agent takes about ${MIB_PER_AGENT} MiB before it runs anything`,
    next: hint`${nomadctl`up --clients 1`}, or free some memory`,
    details: { wantedMib: wanted, freeMib: free },
  });
}
