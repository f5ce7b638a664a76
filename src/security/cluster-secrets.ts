import { randomBytes, randomUUID } from 'node:crypto';
import type { AgentProgram } from '../cluster/node-roles.js';
import { ensureSecrets, forgetSecrets, readSecrets, secretNames, writeSecrets } from '../config/secrets.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { newPrivateKey } from './authority/new-private-key.js';

/*
 * With which names a secured cluster keeps its secrets in its 0600 file. All are chosen by us before anything starts, and kept
 * before anybody is told: Consul and Nomad take tokens that somebody else has made, so a run that is killed says the same again.
 */

/** Of the cluster as a whole. */
export interface CommonSecrets {
  /** PKCS #8 in PEM: whoever has it can be any node. */
  readonly authorityKey: Secret;
  /** 32 bytes in base64 (AES-256), by which the members of a gossip pool know each other. */
  readonly gossip: Readonly<Record<AgentProgram, Secret>>;
  /** While those are rotated: what members have besides, which is to come, or was before. */
  readonly otherGossip: Readonly<Record<AgentProgram, readonly Secret[]>>;
  /** Tokens that may do everything. UUIDs, as all tokens. */
  readonly management: Readonly<Record<AgentProgram, Secret>>;
  /** With which Consul's agents answer over DNS. */
  readonly dns: Secret;
}

/** Of one node: whom its agents are in Consul. */
export interface NodeSecrets {
  /** Of its Consul agent. */
  readonly consul: Secret;
  /** Of its Nomad agent, towards Consul. */
  readonly nomad: Secret;
}

export interface ClusterSecrets extends CommonSecrets {
  readonly nodes: ReadonlyMap<string, NodeSecrets>;
}

export const MANAGEMENT: Readonly<Record<AgentProgram, string>> = { consul: 'consulManagementToken', nomad: 'nomadManagementToken' };

/** Before the name of what a rotation has chosen, and of what it has replaced (rotation/successors.ts). */
export const NEXT = 'next:';
export const PREVIOUS = 'previous:';

export const AUTHORITY_KEY = 'authorityKey';
export const GOSSIP: Readonly<Record<AgentProgram, string>> = { consul: 'consulGossipKey', nomad: 'nomadGossipKey' };
export const DNS = 'consulDnsToken';
const OTHER_GOSSIP: Readonly<Record<AgentProgram, readonly string[]>> = {
  consul: [`${NEXT}${GOSSIP.consul}`, `${PREVIOUS}${GOSSIP.consul}`],
  nomad: [`${NEXT}${GOSSIP.nomad}`, `${PREVIOUS}${GOSSIP.nomad}`],
};
const ROTATED_GOSSIP = Object.values(OTHER_GOSSIP).flat();
const COMMON = [AUTHORITY_KEY, ...Object.values(GOSSIP), ...Object.values(MANAGEMENT), DNS];

/** `consulToken:client-2` is what Consul's agent there is in Consul, `nomadToken:client-2` what Nomad's is there. */
export function nodeTokenName(node: string, program: AgentProgram): string {
  return `${program}Token:${node}`;
}

function tokensOf(nodes: readonly string[]): string[] {
  return nodes.flatMap((node) => [nodeTokenName(node, 'consul'), nodeTokenName(node, 'nomad')]);
}

/** The same with what a rotation has beside them, which may have been interrupted. */
function withRotated(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `${NEXT}${name}`, `${PREVIOUS}${name}`]);
}

const OF_A_NODE = new RegExp(`^(?:${NEXT}|${PREVIOUS})?(?:consul|nomad)Token:(.+)$`);

interface Where {
  readonly paths: Pick<ClusterPaths, 'secrets'>;
  readonly redact: Redactor;
}

/** Makes what is missing of a cluster's secrets, in one write. @throws what `writeSecrets` throws */
export async function ensureClusterSecrets({ paths, redact }: Where, nodes: readonly string[]): Promise<ClusterSecrets> {
  const token = (): Secret => new Secret(randomUUID(), redact);
  const key = (): Secret => new Secret(randomBytes(32).toString('base64'), redact);
  const tokens = [...Object.values(MANAGEMENT), DNS, ...tokensOf(nodes)];
  const makers: Record<string, () => Secret> = {
    [AUTHORITY_KEY]: () => newPrivateKey(redact),
    ...Object.fromEntries(Object.values(GOSSIP).map((name) => [name, key])),
    ...Object.fromEntries(tokens.map((name) => [name, token])),
  };
  const own = await ensureSecrets(paths, makers, { redact });
  return fromNames({ ...own, ...(await readSecrets(paths, ROTATED_GOSSIP, { redact })) }, nodes) as ClusterSecrets;
}

/** The secrets of a cluster and of these nodes; nothing when one of them is missing. @throws what `readSecrets` throws */
export async function readClusterSecrets({ paths, redact }: Where, nodes: readonly string[]): Promise<ClusterSecrets | undefined> {
  const names = [...COMMON, ...ROTATED_GOSSIP, ...tokensOf(nodes)];
  return fromNames(await readSecrets(paths, names, { redact }), nodes);
}

/** The same, without the gossip keys that are on their way, or were in force before. */
export function withOneGossipKey(secrets: ClusterSecrets): ClusterSecrets {
  return { ...secrets, otherGossip: { consul: [], nomad: [] } };
}

/** Nodes for which tokens were chosen, also by a rotation, and those that are no longer there. @throws what `readSecrets` throws */
export async function nodesWithTokens({ paths, redact }: Where): Promise<string[]> {
  const names = await secretNames(paths, { redact });
  return [...new Set(names.flatMap((name) => OF_A_NODE.exec(name)?.[1] ?? []))];
}

/** The tokens of some nodes, as far as there are any, with those that a rotation has chosen or replaced. @throws what `readSecrets` throws */
export async function readNodeTokens({ paths, redact }: Where, nodes: readonly string[]): Promise<Secret[]> {
  const found: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, withRotated(tokensOf(nodes)), { redact });
  return Object.values(found).filter((secret) => secret !== undefined);
}

/** @throws what `writeSecrets` throws */
export async function forgetNodeTokens({ paths, redact }: Where, nodes: readonly string[]): Promise<void> {
  await forgetSecrets(paths, withRotated(tokensOf(nodes)), { redact });
}

/** All that a secured cluster has; the rest of the file stays. @throws what `writeSecrets` throws */
export async function forgetClusterSecrets(where: Where): Promise<void> {
  const nodes = await nodesWithTokens(where);
  await forgetSecrets(where.paths, withRotated([...COMMON, ...tokensOf(nodes)]), { redact: where.redact });
}

/** Chooses another token that may do everything, and keeps it in place of the one that was. @throws what `writeSecrets` throws */
export async function renewManagementToken({ paths, redact }: Where, program: AgentProgram): Promise<Secret> {
  const secret = new Secret(randomUUID(), redact);
  await writeSecrets(paths, { [MANAGEMENT[program]]: secret }, { redact });
  return secret;
}

/** The tokens that may do everything, as far as there are any. @throws what `readSecrets` throws */
export async function readManagementTokens({ paths, redact }: Where): Promise<Partial<Record<AgentProgram, Secret>>> {
  const found: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, Object.values(MANAGEMENT), { redact });
  const programs = Object.keys(MANAGEMENT) as AgentProgram[];
  return Object.fromEntries(
    programs.flatMap((program) => {
      const token = found[MANAGEMENT[program]];
      return token ? [[program, token]] : [];
    }),
  );
}

function fromNames(found: Readonly<Record<string, Secret | undefined>>, nodes: readonly string[]): ClusterSecrets | undefined {
  let isWhole = true;
  const of = (name: string): Secret => {
    const secret = found[name];
    isWhole &&= secret !== undefined;
    return secret as Secret;
  };
  const both = (names: Readonly<Record<AgentProgram, string>>): Record<AgentProgram, Secret> => ({
    consul: of(names.consul),
    nomad: of(names.nomad),
  });
  const some = (names: readonly string[]): Secret[] => names.flatMap((name) => found[name] ?? []);
  const secrets = {
    authorityKey: of(AUTHORITY_KEY),
    gossip: both(GOSSIP),
    otherGossip: { consul: some(OTHER_GOSSIP.consul), nomad: some(OTHER_GOSSIP.nomad) },
    management: both(MANAGEMENT),
    dns: of(DNS),
    nodes: new Map(nodes.map((node) => [node, both({ consul: nodeTokenName(node, 'consul'), nomad: nodeTokenName(node, 'nomad') })])),
  };
  return isWhole ? secrets : undefined;
}
