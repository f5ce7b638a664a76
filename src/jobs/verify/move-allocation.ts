import { anySignal } from '@nomadctl/base/signals/any-signal';
import { setTimeout as delay } from 'node:timers/promises';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import type { AvailabilityProbe } from './availability-probe.js';
import { takesWork } from '../../cluster/ready-clients.js';
import { removedMeanwhile } from '../removed-meanwhile.js';
import { ask, askerOf, type Scene } from './failover-scene.js';
import { jobWords } from '../parse/in-namespace.js';

/** Nomad notices a dead client after its heartbeat, 10 to 20 s by default, plus a grace of 10 s. */
const TIMEOUT_MS = 180_000;
/** Putting things back must also work after Ctrl-C, when the run's own signal is aborted. */
const RESTORE_MS = 90_000;
const PAUSE_MS = 100;
export const STEADY_ANSWERS = 5;

/** Stops the victim; where another node takes work, the next one is placed there. */
export async function moveByStop(scene: Scene, probe: AvailabilityProbe): Promise<Allocation> {
  const { victim } = scene;
  scene.line(`stopping allocation ${victim.ID.slice(0, 8)} on ${victim.NodeName}`);
  const after = (await hasOtherNode(scene)) ? await moveAway(scene, victim) : await stopAndFollow(scene, victim);
  await steadyAgain(scene, probe, after);
  return after;
}

/** Takes the node of the victim down, and brings it back whatever happens. */
export async function moveByNode(scene: Scene, probe: AvailabilityProbe): Promise<Allocation> {
  const { connection, signal, victim, line } = scene;
  line(`taking down ${victim.NodeName}`);
  try {
    await connection.nodes.stop(victim.NodeName, signal);
    line(`${victim.NodeName} is down, waiting until Nomad notices and places ${scene.group} elsewhere`);
    const after = await successorOf(scene, victim);
    await steadyAgain(scene, probe, after);
    return after;
  } finally {
    line(`bringing ${victim.NodeName} back`);
    const restore = AbortSignal.timeout(RESTORE_MS);
    await connection.nodes.start(victim.NodeName, restore);
    await untilReady(scene, restore);
  }
}

/** Whoever asks must not go down with the node: moves the asking group elsewhere first. @throws OutcomeError `failover-impossible` */
export async function separate(scene: Scene): Promise<void> {
  if (!(await hasOtherNode(scene))) {
    throw new OutcomeError(`job ${scene.id} has nowhere to fail over to`, {
      code: 'failover-impossible',
      why: 'only one client takes work',
      next: nomadctl`up --clients 2`,
    });
  }
  const asker = await askerOf(scene);
  if (!asker || asker.NodeID !== scene.victim.NodeID) return;
  scene.line(`moving ${scene.repeat.group} away from ${asker.NodeName} first`);
  await moveAway(scene, asker);
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  while (!(await ask(scene)).ok) {
    if (timeUp.aborted) throw notMoved(scene, `${scene.repeat.group} does not answer from elsewhere`);
    await delay(PAUSE_MS, undefined, { signal: scene.signal });
  }
}

async function hasOtherNode({ api, victim, signal }: Scene): Promise<boolean> {
  return (await api.nodes(signal)).some((node) => node.ID !== victim.NodeID && takesWork(node));
}

/** Stops an allocation while its node takes no new work, so that the next one is placed elsewhere. */
async function moveAway(scene: Scene, allocation: Allocation): Promise<Allocation> {
  const { api, signal } = scene;
  await api.setEligibility({ id: allocation.NodeID, eligible: false, signal });
  try {
    return await stopAndFollow(scene, allocation);
  } finally {
    await api.setEligibility({ id: allocation.NodeID, eligible: true, signal: AbortSignal.timeout(RESTORE_MS) });
  }
}

async function stopAndFollow(scene: Scene, allocation: Allocation): Promise<Allocation> {
  await scene.api.stopAllocation({ id: allocation.ID, signal: scene.signal });
  return successorOf(scene, allocation);
}

/** The allocation that took over, once it runs. */
async function successorOf(scene: Scene, gone: Allocation): Promise<Allocation> {
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  try {
    for await (const all of watch((from) => scene.api.allocations(scene.id, from), anySignal(scene.signal, timeUp))) {
      const next = all.find(
        (one) =>
          one.TaskGroup === gone.TaskGroup &&
          one.CreateIndex > gone.CreateIndex &&
          one.DesiredStatus === 'run' &&
          one.ClientStatus === 'running',
      );
      if (next) return next;
      if (all.length === 0 && !(await scene.api.job(scene.id, scene.signal))) throw removedMeanwhile(scene.id);
    }
  } catch (error) {
    if (!timeUp.aborted || scene.signal.aborted) throw error;
  }
  throw notMoved(scene, `no new allocation of group ${gone.TaskGroup} runs`);
}

async function steadyAgain(scene: Scene, probe: AvailabilityProbe, after: Allocation): Promise<void> {
  scene.line(`waiting until it answers from ${after.NodeName}`);
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await probe.steady(STEADY_ANSWERS, anySignal(scene.signal, timeUp));
  } catch (error) {
    if (!timeUp.aborted || scene.signal.aborted) throw error;
    throw notMoved(scene, `${scene.repeat.title} is not answered`);
  }
}

async function untilReady({ api, victim }: Scene, signal: AbortSignal): Promise<void> {
  for await (const node of watch((from) => api.watchNode(victim.NodeID, from), signal)) if (node.Status === 'ready') return;
}

function notMoved({ id, connection }: Scene, what: string): OutcomeError {
  return new OutcomeError(`job ${id} did not fail over: ${what} after ${formatDuration(TIMEOUT_MS)}`, {
    code: 'failover-failed',
    next: nomadctl`job status ${jobWords(id, connection.nomad.namespace)}`,
  });
}
