import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { waitFor } from '@nomadctl/base/wait-for';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { putCountBack } from '../../discovery/cluster-facts.js';
import type { DiscoveryLook } from '../../discovery/look.js';
import { servedBy, type Topology } from '../../discovery/topology.js';
import { askTimes, startTraffic, type Account, type Aim, type Traffic } from '../../discovery/traffic.js';
import { followTime, untilFollowed } from './follow.js';
import { scaleService } from './scale-service.js';

/** What requests through a balancer have shown. */
export interface Proof {
  readonly service: string;
  readonly balancer: string;
  readonly requests: number;
  readonly failed: number;
  /** Different answers, while there were so many healthy instances. */
  readonly answered: number;
  readonly wanted: number;
  /** From when Consul called the new instance healthy until balancers served it; absent where nothing was scaled. */
  readonly upMs?: number;
  /** From when Consul had forgotten it until no balancer served it. */
  readonly downMs?: number;
  /** What it promises and did not do, a sentence each. */
  readonly problems: readonly string[];
}

export interface Proving {
  readonly connection: ClusterConnection;
  readonly topology: Topology;
  /** To each balancer, before anything is changed. */
  readonly requests: number;
  /** Whether services are scaled up by one and back. */
  readonly scale: boolean;
}

interface Aimed {
  readonly balancer: string;
  readonly aim: Aim;
}

const ANSWERS_MS = 20_000;
const PAUSE_MS = 50;
const RESTORE_MS = 30_000;
const RETRY_MS = 300;

/** One service after the other. @throws OutcomeError `discovery-empty`; what scaling throws */
export async function prove(proving: Proving, ctx: Context): Promise<Proof[]> {
  const served = servedBy(proving.topology).map(({ serves }) => serves);
  const proofs: Proof[] = [];
  for (const name of new Set(served)) proofs.push(...(await proveService(name, proving, ctx)));
  return proofs;
}

async function proveService(name: string, { connection, topology, requests, scale }: Proving, ctx: Context): Promise<Proof[]> {
  const count = topology.services[name]?.instances ?? 0;
  if (count === 0)
    throw new OutcomeError(`${name} has no instance that could answer`, {
      code: 'discovery-empty',
      next: nomadctl`discovery scale ${name} 2`,
    });
  // Where a test of before was killed, there may be one too many.
  const scaled = scale ? await scaleService({ connection, topology, name, count }, {}, ctx) : undefined;
  const look = await untilFollowed({ connection, topology }, ctx);
  const aims = aimsOf(name, look, topology);
  const asker = { connection, signal: ctx.signal };
  const first = await Promise.all(aims.map(({ aim }) => askTimes(requests, aim, asker)));
  const proofs = aims.map(({ balancer }, index) => proofOf({ name, balancer, wanted: count }, first[index] as Account));
  if (!scaled || proofs.some(({ problems }) => problems.length > 0)) return proofs;
  const moved = await whileScaling(name, { connection, topology, aims, count, group: scaled.group.name }, ctx);
  return proofs.map((proof, index) => {
    const { account, upMs, downMs } = moved[index] as Moved;
    const more = proofOf({ name, balancer: proof.balancer, wanted: count + 1 }, account);
    return { ...more, requests: proof.requests + more.requests, upMs, downMs };
  });
}

function aimsOf(name: string, { balancers }: DiscoveryLook, topology: Topology): Aimed[] {
  const path = topology.services[name]?.path ?? '/';
  return servedBy(topology)
    .filter(({ serves }) => serves === name)
    .map(({ balancer }) => {
      const looks = balancers.filter((one) => one.balancer === balancer);
      return { balancer, aim: { ports: looks.flatMap(({ at }) => at ?? []), path, host: looks[0]?.host } };
    });
}

interface Moved {
  readonly account: Account;
  readonly upMs: number;
  readonly downMs: number;
}

interface Scene {
  readonly connection: ClusterConnection;
  readonly topology: Topology;
  readonly aims: readonly Aimed[];
  readonly count: number;
  /** Of the job, the one that has the service. */
  readonly group: string;
}

/** One more, and back, under requests to every balancer. */
async function whileScaling(name: string, { connection, topology, aims, count, group }: Scene, ctx: Context): Promise<Moved[]> {
  const to = async (instances: number): Promise<number> => {
    const service = topology.services[name];
    if (!service) return 0;
    const wanted = { ...topology, services: { ...topology.services, [name]: { ...service, instances } } };
    const following = followTime(connection, wanted, ctx);
    // Whoever fails first is told: the other one ends by itself.
    const [ms] = await Promise.all([following, scaleService({ connection, topology: wanted, name, count: instances }, {}, ctx)]);
    return ms;
  };
  const traffics = aims.map(({ aim }) => startTraffic(aim, { connection, signal: ctx.signal }, (ms) => ctx.clock.sleep(ms)));
  let isBack = false;
  try {
    const upMs = await to(count + 1);
    for (const traffic of traffics) traffic.forget();
    await untilAnswered(traffics, count + 1, ctx);
    // What answered so far is what counts: those who answer on the way back are fewer.
    const answers = traffics.map(({ account }) => new Map(account.answers));
    const downMs = await to(count);
    isBack = true;
    const accounts = await Promise.all(traffics.map((traffic) => traffic.stop()));
    return accounts.map((account, index) => ({ account: { ...account, answers: answers[index] ?? new Map() }, upMs, downMs }));
  } finally {
    if (!isBack) await putBack(name, { connection, group, count }, ctx);
    await Promise.allSettled(traffics.map((traffic) => traffic.stop()));
  }
}

/** Those that do not are told by the account. */
async function untilAnswered(traffics: readonly Traffic[], wanted: number, { clock, signal }: Context): Promise<void> {
  const wait = { what: 'an answer of every instance', timeoutMs: ANSWERS_MS, pauseMs: PAUSE_MS, clock, signal };
  await waitFor({ ...wait, next: nomadctl`discovery status` }, () =>
    Promise.resolve(traffics.every(({ account }) => account.answers.size >= wanted) ? { value: true } : { observed: 'fewer' }),
  ).catch((error: unknown) => {
    if (!(error instanceof OutcomeError)) throw error;
  });
}

/** Nomad scales nothing while the deployment of the one more is under way, which ends within seconds. */
async function putBack(
  name: string,
  { connection, group, count }: { connection: ClusterConnection; group: string; count: number },
  { clock, ui }: Context,
): Promise<void> {
  const signal = AbortSignal.timeout(RESTORE_MS);
  const wait = { what: `${name} at ${count} again`, timeoutMs: RESTORE_MS, pauseMs: RETRY_MS, clock, signal };
  await waitFor({ ...wait, next: nomadctl`discovery up` }, async () => {
    await putCountBack(name, { group, count }, { connection, signal });
    return { value: true };
  }).catch((error: unknown) => ui.warn(`${name} has one instance too many, until the topology is brought up again: ${reasonOf(error)}`));
}

function proofOf(
  { name, balancer, wanted }: { name: string; balancer: string; wanted: number },
  { requests, failed, failures, answers }: Account,
): Proof {
  return {
    service: name,
    balancer,
    requests,
    failed,
    answered: answers.size,
    wanted,
    problems: [
      ...(failed > 0 ? [`${failed} of ${requests} requests failed`, ...failures] : []),
      ...(answers.size < wanted ? [`${answers.size} different answers, of ${wanted} instances`] : []),
    ],
  };
}
