import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { Clock } from '@nomadctl/base/clock';
import { isAbort } from '@nomadctl/base/errors';
import { mapBounded, PROCESSES_AT_ONCE, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { raftView } from '../cluster/first-election.js';
import type { ReachedCluster } from '../cluster/reach.js';
import { runningAgent, type AgentProcess } from './running-agent.js';
import type { Agent } from './agents-in.js';
import { electionConfig } from './config/election-config.js';
import { nodeOf } from './reach-nodes.js';

/**
 * Servers that have just come up wait one to two seconds for a leader before one of them stands for election. Those of a
 * cluster without any leader need not: nomadctl starts them with twice that patience, and has the first that can stand
 * (it knows its peers, and most servers answer) take the usual one. A server that gets less patience stands at once.
 *
 * The patience lies in a file of the server's own, which is read after its configuration. A mark beside it goes when the server
 * has been told of the usual patience, so that a run that was killed in between is finished by the next one.
 */

/** Before a server starts: `patient` when it is one of those that will elect. */
export async function writeElection({ program, files }: ServerFiles, patience: 'patient' | 'usual'): Promise<void> {
  const isPatient = patience === 'patient';
  await writeFileAtomic(files.election, `${JSON.stringify(isPatient ? electionConfig(program, 2) : {}, null, 2)}\n`);
  if (isPatient) await writeFile(files.patient, '');
  else await rm(files.patient, { force: true });
}

type ServerFiles = Pick<Agent, 'program' | 'files'>;

/** Whether a running server has, or may have, more patience than usual. */
export function isPatient({ files }: Pick<Agent, 'files'>): boolean {
  return existsSync(files.patient) && runningAgent(files) !== undefined;
}

/** Gives servers the usual patience. Agents start deaf to SIGHUP (agent-process.ts): one that does not listen yet lives on. */
export async function settleElection(servers: readonly Agent[]): Promise<void> {
  await mapBounded(servers.filter(isPatient), PROCESSES_AT_ONCE, async ({ files }) => {
    // Its configuration says what is usual.
    await writeFileAtomic(files.election, '{}\n');
    readAnew(runningAgent(files));
    await rm(files.patient, { force: true });
  });
}

/** Tells an agent to read its files anew. */
export function readAnew(agent: AgentProcess | undefined): void {
  try {
    if (agent) process.kill(agent.pid, 'SIGHUP');
  } catch {
    // It has just ended. Whoever waits for it says so.
  }
}

export interface ElectionHaste {
  /** All servers of one program. */
  readonly servers: readonly Agent[];
  readonly cluster: ReachedCluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Throws when there is no use in waiting on. */
  readonly stillHopeful: () => void;
}

const POLL_MS = 20;
/** A server that is busy takes its time to listen; then another one may stand. */
const NEXT_MS = 250;
const GIVE_UP_MS = 4000;

/** Has patient servers elect now. Returns when one of them sees a leader, or when that takes longer than patience would. */
export async function hastenElection(haste: ElectionHaste): Promise<void> {
  await hasten(haste, 'led');
}

/** The same, but returns as soon as one of them has been told to stand. */
export async function beginElection(haste: ElectionHaste): Promise<void> {
  await hasten(haste, 'told');
}

async function hasten({ servers, cluster, clock, signal, stillHopeful }: ElectionHaste, until: 'told' | 'led'): Promise<void> {
  const deadline = clock.now() + GIVE_UP_MS;
  let next = clock.now();
  while (servers.some(isPatient) && clock.now() < deadline) {
    stillHopeful();
    const seen = await mapBounded(servers, REQUESTS_AT_ONCE, (server) => look(server, { cluster, signal }));
    if (seen.some((one) => one === 'led')) return;
    const candidate = servers.find((server, index) => seen[index] === 'knows peers' && isPatient(server));
    const isMajority = seen.filter((one) => one !== 'silent').length > servers.length / 2;
    if (candidate && isMajority && clock.now() >= next) {
      await settleElection([candidate]);
      if (until === 'told') return;
      next = clock.now() + NEXT_MS;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

type Sight = 'silent' | 'alone' | 'knows peers' | 'led';

async function look({ node: record, program }: Agent, { cluster, signal }: Pick<ElectionHaste, 'cluster' | 'signal'>): Promise<Sight> {
  const node = nodeOf(record);
  try {
    const { peers, leader } = await raftView(cluster, { node, program, signal });
    if (leader !== undefined) return 'led';
    return peers.length === 0 ? 'alone' : 'knows peers';
  } catch (error) {
    if (isAbort(error)) throw error;
    return 'silent';
  }
}
