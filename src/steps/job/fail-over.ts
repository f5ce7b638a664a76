import type { ExecCheck, Verification } from '../../catalogue/job-manifest.js';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation, Node } from '../../clients/nomad-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError, UsageError } from '../../errors.js';
import { formatDuration } from '../../lib/duration.js';
import { startProbe, type AvailabilityProbe } from './availability-probe.js';
import { takesWork } from './choose-driver.js';
import { defineStep, summaryOf, type FailoverReport } from './job-state.js';
import { lookByExec, runningIn, type CheckContext, type Look } from './run-check.js';

/** Nomad notices a dead client after its heartbeat, 10 to 20 s by default, plus a grace of 10 s. */
const TIMEOUT_MS = 180_000;
/** Putting things back must also work after Ctrl-C, when the run's own signal is aborted. */
const RESTORE_MS = 90_000;
const STEADY_ANSWERS = 5;

export const failOverAllocation = failOverBy('allocation');
export const failOverNode = failOverBy('node');

/** Breaks what the job promises to survive, measures how long nobody answered, and puts everything back. */
function failOverBy(what: 'allocation' | 'node') {
  return defineStep({
    id: `fail-over-${what}`,
    title: what === 'node' ? 'Taking down the node' : 'Stopping the allocation',
    provides: ['failover'],
    async run(at, io) {
      const job: Scene = { ...sceneOf(at.job.id ?? '', at.job.verify), connection: at.connection, api: createNomadApi(at.connection.nomad), signal: at.signal, line: io.line };
      const look = (): Promise<Look> => lookAt(job, job.repeat);
      const before = await observe(job);
      if (what === 'node') await separate(job, before);
      const probe = startProbe({ look, now: at.clock.now, sleep: at.clock.sleep });
      let after: Allocation;
      try {
        await probe.steady(STEADY_ANSWERS, at.signal);
        after = await (what === 'node' ? moveByNode(job, before, probe) : moveByStop(job, before, probe));
      } finally {
        await probe.stop();
      }
      const account = await probe.stop();
      const unchanged = await compare(job, before.value);
      const failover: FailoverReport = { what, group: job.group, before: summaryOf(before.allocation), after: summaryOf(after), ...account, ...unchanged };
      return { state: { failover }, detail: `${before.allocation.NodeName} -> ${after.NodeName}, down for ${formatDuration(account.downtimeMs)}` };
    },
  });
}

interface Promised {
  readonly id: string;
  readonly group: string;
  readonly repeat: ExecCheck;
  readonly unchanged: { readonly title: string; readonly command: string[] } | undefined;
}

interface Scene extends Promised {
  readonly connection: CheckContext['connection'];
  readonly api: NomadApi;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

interface Before {
  readonly allocation: Allocation;
  readonly value: string | undefined;
}

function sceneOf(id: string, verify: Verification | undefined): Promised {
  const failover = verify?.failover;
  const repeat = verify?.checks.find((check): check is ExecCheck => check.kind === 'exec' && check.title === failover?.repeat);
  if (failover && repeat) return { id, group: failover.group, repeat, unchanged: failover.unchanged };
  throw new UsageError(`job ${id} does not declare what fails over`, { code: 'failover-undeclared', why: 'its job.json has no verify.failover', next: `nomadctl job verify ${id}` });
}

async function lookAt(scene: Scene, check: ExecCheck): Promise<Look> {
  const { api, id, connection, signal } = scene;
  try {
    const { value: allocations } = await api.allocations(id, { index: 0, signal });
    return await lookByExec(check, { connection, allocations, signal });
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, found: String(error) };
  }
}

async function observe(scene: Scene): Promise<Before> {
  const { value } = await scene.api.allocations(scene.id, { index: 0, signal: scene.signal });
  const allocation = runningIn(scene.group, value);
  const look = allocation ? await lookAt(scene, scene.repeat) : { ok: false, found: `no allocation of group ${scene.group} is running` };
  if (allocation && look.ok) return { allocation, value: await unchangedValue(scene) };
  throw new OutcomeError(`job ${scene.id} does not answer, so there is nothing to fail over`, { code: 'check-failed', why: look.found, next: `nomadctl job status ${scene.id}` });
}

async function unchangedValue(scene: Scene): Promise<string | undefined> {
  if (!scene.unchanged) return undefined;
  const { group, task } = scene.repeat;
  return (await lookAt(scene, { kind: 'exec', group, task, ...scene.unchanged })).found;
}

/** Whoever asks must not go down with the node: moves the asking group elsewhere first. */
async function separate(scene: Scene, before: Before): Promise<void> {
  const { api, id, signal, repeat } = scene;
  const { value } = await api.allocations(id, { index: 0, signal });
  const asker = runningIn(repeat.group, value);
  if (!asker || asker.NodeID !== before.allocation.NodeID) return;
  scene.line(`moving ${repeat.group} away from ${asker.NodeName} first`);
  await requireOtherNode(scene, asker.NodeID);
  await awayFrom(scene, asker);
  await untilAnswered(scene);
  if (scene.unchanged) Object.assign(before, { value: await unchangedValue(scene) });
}

async function untilAnswered(scene: Scene): Promise<void> {
  const timeUp = AbortSignal.any([scene.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  while (!(await lookAt(scene, scene.repeat)).ok) {
    timeUp.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function requireOtherNode({ api, id, signal }: Scene, nodeId: string): Promise<void> {
  const others = (await api.nodes(signal)).filter((node) => node.ID !== nodeId && takesWork(node));
  if (others.length > 0) return;
  throw new OutcomeError(`job ${id} has nowhere to fail over to`, { code: 'failover-impossible', why: 'only one client takes work', next: 'nomadctl up --clients 2' });
}

async function moveByStop(scene: Scene, { allocation }: Before, probe: AvailabilityProbe): Promise<Allocation> {
  const others = (await scene.api.nodes(scene.signal)).filter((node: Node) => node.ID !== allocation.NodeID && takesWork(node));
  scene.line(`stopping allocation ${allocation.ID.slice(0, 8)} on ${allocation.NodeName}`);
  const after = others.length > 0 ? await awayFrom(scene, allocation) : await stopAndFollow(scene, allocation);
  scene.line(`waiting until it answers from ${after.NodeName}`);
  await steadyWithin(scene, probe);
  return after;
}

/** Stops an allocation while its node takes no new work, so that the next one is placed elsewhere. */
async function awayFrom(scene: Scene, allocation: Allocation): Promise<Allocation> {
  const { api, signal } = scene;
  await api.setEligibility({ id: allocation.NodeID, eligible: false, signal });
  try {
    return await stopAndFollow(scene, allocation);
  } finally {
    await api.setEligibility({ id: allocation.NodeID, eligible: true, signal: AbortSignal.timeout(RESTORE_MS) });
  }
}

async function stopAndFollow(scene: Scene, allocation: Allocation): Promise<Allocation> {
  await scene.api.stopAllocation({ id: allocation.ID, reschedule: false, signal: scene.signal });
  return successorOf(scene, allocation);
}

async function moveByNode(scene: Scene, { allocation }: Before, probe: AvailabilityProbe): Promise<Allocation> {
  const { connection, signal, api } = scene;
  await requireOtherNode(scene, allocation.NodeID);
  scene.line(`taking down ${allocation.NodeName}`);
  try {
    await connection.nodes.stop(allocation.NodeName, signal);
    scene.line(`${allocation.NodeName} is down, waiting until Nomad notices and places ${scene.group} elsewhere`);
    const after = await successorOf(scene, allocation);
    scene.line(`waiting until it answers from ${after.NodeName}`);
    await steadyWithin(scene, probe);
    return after;
  } finally {
    scene.line(`bringing ${allocation.NodeName} back`);
    const restore = AbortSignal.timeout(RESTORE_MS);
    await connection.nodes.start(allocation.NodeName, restore);
    await untilReady(api, allocation.NodeID, restore);
  }
}

async function untilReady(api: NomadApi, nodeId: string, signal: AbortSignal): Promise<void> {
  for await (const node of watch((from) => api.watchNode(nodeId, from), signal)) if (node.Status === 'ready') return;
}

/** The allocation that took over, once it runs. */
async function successorOf(scene: Scene, gone: Allocation): Promise<Allocation> {
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  try {
    for await (const all of watch((from) => scene.api.allocations(scene.id, from), AbortSignal.any([scene.signal, timeUp]))) {
      const next = all.find((one) => one.TaskGroup === gone.TaskGroup && one.CreateIndex > gone.CreateIndex && one.DesiredStatus === 'run' && one.ClientStatus === 'running');
      if (next) return next;
    }
  } catch (error) {
    if (!timeUp.aborted || scene.signal.aborted) throw error;
  }
  throw notMoved(scene, `no new allocation of group ${gone.TaskGroup} runs`);
}

async function steadyWithin(scene: Scene, probe: AvailabilityProbe): Promise<void> {
  const timeUp = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await probe.steady(STEADY_ANSWERS, AbortSignal.any([scene.signal, timeUp]));
  } catch (error) {
    if (!timeUp.aborted || scene.signal.aborted) throw error;
    throw notMoved(scene, `${scene.repeat.title} is not answered`);
  }
}

function notMoved({ id }: Scene, what: string): OutcomeError {
  return new OutcomeError(`job ${id} did not fail over: ${what} after ${formatDuration(TIMEOUT_MS)}`, { code: 'failover-failed', next: `nomadctl job status ${id}` });
}

async function compare(scene: Scene, before: string | undefined): Promise<{ unchanged?: { title: string; value: string } }> {
  if (!scene.unchanged || before === undefined) return {};
  const { title } = scene.unchanged;
  const after = await unchangedValue(scene);
  if (after === before) return { unchanged: { title, value: before } };
  throw new OutcomeError(`job ${scene.id}: ${title} changed from ${before} to ${after}`, { code: 'failover-failed', next: `nomadctl job status ${scene.id}` });
}
