import { randomBytes } from 'node:crypto';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';
import type { GossipKeyring, GossipPool } from '../../clients/keys/gossip-keyring.js';
import { readSecrets } from '../../config/secrets.js';
import { consulOf, nomadOf } from '../../cluster/answering-server.js';
import { PROGRAMS } from '../../cluster/cluster-node.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { GOSSIP } from '../cluster-secrets.js';
import { agentsOfFleet, type Fleet } from './fleet.js';
import type { Rolling } from './roll-agents.js';
import { chooseSuccessors, forgetPredecessors, predecessors, succeed, successors, type Where } from './successors.js';

/*
 * Consul's members and Nomad's servers keep their keys in their data, and take another one while they run. A key that only some
 * have must not be used, and one that somebody uses must not go: so all have the new one before any uses it, and all use it before
 * the old one goes. An agent without data begins with the keys in its files, which are both for as long as anybody may use either: with
 * one alone, it would not understand who sends with the other.
 */

const INSTALLED_MS = 60_000;
/** They answer by gossip, which has its own pace. */
const AGAIN_MS = 500;

export async function chooseGossipKeys(where: Where): Promise<void> {
  const key = (): Secret => new Secret(randomBytes(32).toString('base64'), where.redact);
  await chooseSuccessors(where, Object.fromEntries(Object.values(GOSSIP).map((name) => [name, key])));
}

/** Gives every member the new keys, and waits until all have told so. */
export async function installGossipKeys(fleet: Fleet, where: Where, rolling: Rolling): Promise<void> {
  const chosen = await successors(where);
  // Who begins from now on has them from its files.
  await fleet.writeSecrets();
  for (const program of PROGRAMS) {
    const key = chosen.get(GOSSIP[program]);
    if (!key) continue;
    rolling.line(`${program}: giving every agent the new key`);
    await untilAllTake({ fleet, program, rolling }, (keyring) => keyring.install(key, rolling.signal));
    await untilAllHave({ fleet, program, key }, where, rolling);
  }
}

/** Puts the new keys in force: in what is kept, in every configuration, and among the members. */
export async function useGossipKeys(fleet: Fleet, where: Where, rolling: Rolling): Promise<void> {
  await succeed(where);
  await fleet.writeSecrets();
  await useEverywhere(fleet, where, rolling);
  // They have the key in their data, and need not be told.
  for (const agent of agentsOfFleet(await fleet.reach())) await fleet.settle(agent);
}

/** Takes the old keys from every member and from all files, and forgets them. One that was away is waited for: it would come back with an old key. */
export async function removeGossipKeys(fleet: Fleet, where: Where, rolling: Rolling): Promise<void> {
  await useEverywhere(fleet, where, rolling);
  const [before, now] = [await predecessors(where), await keysInForce(where)];
  // Nobody sends with an old one any more, so who begins from now on needs none.
  await fleet.writeSecrets({ alone: true });
  for (const program of PROGRAMS) {
    const [old, key] = [before.get(GOSSIP[program]), now.get(program)];
    if (!old || !key) continue;
    await untilAllHave({ fleet, program, key }, where, rolling);
    await untilAllTake({ fleet, program, rolling }, (keyring) => keyring.remove(old, rolling.signal));
  }
  await forgetPredecessors(where);
}

/** May be done again: a member that was away uses the old one still. */
async function useEverywhere(fleet: Fleet, where: Where, rolling: Rolling): Promise<void> {
  const [before, now] = [await predecessors(where), await keysInForce(where)];
  for (const program of PROGRAMS) {
    const key = now.get(program);
    if (!key || !before.has(GOSSIP[program])) continue;
    rolling.line(`${program}: sending with the new key`);
    await untilAllTake({ fleet, program, rolling }, (keyring) => keyring.use(key, rolling.signal));
  }
}

interface Taking {
  readonly fleet: Fleet;
  readonly program: AgentProgram;
  readonly rolling: Rolling;
}

/** One that has just come back, or that a busy computer keeps from answering, is told once more, as all are: it harms none. */
async function untilAllTake({ fleet, program, rolling }: Taking, tell: (keyring: GossipKeyring) => Promise<void>): Promise<void> {
  const what = `every agent of ${program} to take what it is told of gossip keys`;
  const stillHopeful = (): void => fleet.refuseEnded?.();
  await waitFor({ ...rolling, timeoutMs: INSTALLED_MS, pauseMs: AGAIN_MS, stillHopeful, what, next: nomadctl`up` }, async () => {
    await tell(await keyringOf(fleet, program, rolling.signal));
    return { value: true };
  });
}

interface Holding {
  readonly fleet: Fleet;
  readonly program: AgentProgram;
  readonly key: Secret;
}

async function untilAllHave({ fleet, program, key }: Holding, { redact }: Where, rolling: Rolling): Promise<void> {
  const { signal } = rolling;
  const what = `every agent of ${program} to have its new gossip key`;
  const wait = { ...rolling, timeoutMs: INSTALLED_MS, stillHopeful: () => fleet.refuseEnded?.(), what, next: nomadctl`up` };
  await waitFor(wait, async () => {
    const keyring = await keyringOf(fleet, program, signal);
    const all = await membersOf(fleet, program);
    const pools = await keyring.keys({ redact, signal });
    const lacking = pools.map((pool) => lackingIn(pool, key, all)).find((text) => text !== undefined);
    return lacking === undefined ? { value: true } : { observed: lacking };
  });
}

/** Consul's servers have a pool of their own besides, of several datacenters, where they are not told to have none. */
function lackingIn({ of, members, keys }: GossipPool, key: Secret, all: number): string | undefined {
  const wanted = of === 'all' ? all : members;
  const holders = keys.find((one) => one.key.equals(key))?.holders ?? 0;
  return holders >= wanted ? undefined : `${holders} of ${wanted} have it`;
}

async function keysInForce({ paths, redact }: Where): Promise<ReadonlyMap<AgentProgram, Secret>> {
  const found: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, Object.values(GOSSIP), { redact });
  return new Map(
    PROGRAMS.flatMap((program) => {
      const key = found[GOSSIP[program]];
      return key ? [[program, key] as const] : [];
    }),
  );
}

async function keyringOf(fleet: Fleet, program: AgentProgram, signal: AbortSignal): Promise<GossipKeyring> {
  const cluster = await fleet.reach();
  return (await (program === 'consul' ? consulOf(cluster, { signal }) : nomadOf(cluster, { signal }))).gossip;
}

/** Consul's pool has all nodes, Nomad's its servers. */
async function membersOf(fleet: Fleet, program: AgentProgram): Promise<number> {
  return agentsOfFleet(await fleet.reach(), program).filter(({ mode }) => program === 'consul' || mode === 'server').length;
}
