import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { ensureWorkloads } from '../acl/ensure-workloads.js';
import { certificatesIn } from '../authority/certificates-in.js';
import { issuingAuthority, type IssuingAuthority } from '../authority/issuing-authority.js';
import { keptAuthority } from '../authority/kept-authority.js';
import { newPrivateKey } from '../authority/new-private-key.js';
import { AUTHORITY_KEY } from '../cluster-secrets.js';
import { agentsOfFleet, areCurrent, type Fleet } from './fleet.js';
import { reloadAgent, restartAgents, type Rolling } from './roll-agents.js';
import { chooseSuccessors, standingOfSuccessors, succeed, successors, type Where } from './successors.js';

/*
 * Who trusts the old authority must never meet a node that he does not trust: agents that have not read their files anew, Nomad's
 * connection to Consul, which takes a new authority only at a start, and tasks, which were told the authority when they began. So
 * the old one vouches for the new one, and every node shows that with its certificate. Only then is the new one trusted alone.
 */

type Files = Where & { readonly paths: Pick<ClusterPaths, 'secrets' | 'ca' | 'caChain'> };

/** Public: as the first authority's. */
const MODE = 0o644;

/** @throws ConfigError `authority-last` for an authority of a build whose authorities vouch for nobody */
export async function chooseAuthority(where: Files): Promise<void> {
  const current = await currentAuthority(where);
  const { mayVouch } = await import('../authority/issue.js');
  if (!mayVouch(current)) throw cannotVouch(where.paths);
  await chooseSuccessors(where, { [AUTHORITY_KEY]: () => newPrivateKey(where.redact) });
}

/** Whether the authority to come, or that has come, is among those that are trusted, with the old one's word for it. */
export async function isAnnounced(where: Files): Promise<boolean> {
  if ((await standingOfSuccessors(where)) !== 'chosen') return true;
  const next = (await successors(where)).get(AUTHORITY_KEY);
  return next === undefined || (await issuingAuthority(next, where.paths)) !== undefined;
}

/** Makes the new authority's certificate, has the old one vouch for it, and has both trusted by whoever begins from now on. */
export async function announceAuthority(
  fleet: Fleet,
  where: Files,
  { cluster, now, rolling }: { readonly cluster: string; readonly now: number; readonly rolling: Rolling },
): Promise<void> {
  const key = (await successors(where)).get(AUTHORITY_KEY);
  if (key) {
    const current = await currentAuthority(where);
    const { issueAuthority, vouchFor } = await import('../authority/issue.js');
    const certificate = await issueAuthority(key, { cluster, now });
    const chain = await vouchFor({ certificate }, current, { now });
    // What the old one's nodes show goes on to be in the file: an `up` in between looks for it there.
    await writeFileAtomic(where.paths.caChain, `${chain}${current.chain}`, MODE);
    await writeFileAtomic(where.paths.ca, `${certificate}${current.certificate}`, MODE);
  }
  await ensureWorkloads(await fleet.reach(), rolling);
}

/** Has the new authority sign from now on, and returns it. */
export async function enthroneAuthority(where: Files): Promise<IssuingAuthority> {
  await succeed(where);
  return currentAuthority(where);
}

/** Whether the new authority is the only one that is trusted, and by every agent. */
export async function isSoleAuthority(fleet: Fleet, { paths }: Files): Promise<boolean> {
  const trusted = certificatesIn((await readIfThere(paths.ca)) ?? '');
  return trusted.length === 1 && (await areCurrent(fleet));
}

/** Takes the old authority away from whoever trusts it: files, Consul's way to Nomad's keys, every agent. */
export async function trustOnlyNew(fleet: Fleet, where: Files, rolling: Rolling): Promise<number> {
  const { certificate } = await currentAuthority(where);
  await writeFileAtomic(where.paths.ca, certificate, MODE);
  await fleet.writeAuthorities();
  await ensureWorkloads(await fleet.reach(), rolling);
  for (const agent of agentsOfFleet(await fleet.reach(), 'consul')) await reloadAgent(fleet, agent, rolling);
  return restartAgents(fleet, ({ program }) => program === 'nomad', rolling);
}

/** What signs nodes now. */
export async function currentAuthority(where: Files): Promise<IssuingAuthority> {
  const authority = await keptAuthority(where);
  if (!authority) throw new Error(`${where.paths.ca} has no certificate of the key that the cluster has`);
  return authority;
}

function cannotVouch({ ca }: Files['paths']): ConfigError {
  return new ConfigError(`${ca} can have no successor`, {
    code: 'authority-last',
    why: 'it is of an early build, whose authorities sign nodes alone: those who trust it now would trust nobody after it',
    next: hint`make the cluster anew: ${nomadctl`down`} && ${nomadctl`up --profile secure`}`,
  });
}
