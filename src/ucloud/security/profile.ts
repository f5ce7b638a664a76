import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import { markProfile, profileOf } from '../../agents/profile/profile-mark.js';
import { forgetClusterSecrets } from '../../security/cluster-secrets.js';
import { securingOf } from '../../security/securing/securing-mark.js';
import { hasResources } from '../../terraform/has-resources.js';
import { rootOf } from '../../terraform/root.js';
import type { UcloudState } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** Whether the hosts of a cluster were made to keep strangers out, whatever its file says by now. */
export function isSecured({ agents }: Pick<ClusterPaths, 'agents'>): boolean {
  return profileOf(agents) === 'secure';
}

/** Before the first host is made. */
export async function markSecured({ agents }: Pick<ClusterPaths, 'agents'>): Promise<void> {
  await markProfile(agents, 'secure');
}

/** Whether terraform has made any host of the cluster, or has begun to; where its state is lost, the journal knows some. */
export async function hasHosts(paths: ClusterPaths): Promise<boolean> {
  if (hasResources(rootOf(paths, 'cluster'))) return true;
  try {
    const { state } = JSON.parse(await readFile(paths.journal, 'utf8')) as { readonly state?: Partial<UcloudState> };
    return (state?.hosts ?? []).length > 0;
  } catch {
    return false;
  }
}

/**
 * With what the hosts of a cluster were made where its file says nothing: `plain` was the default once, and stays what such a
 * cluster is until somebody says otherwise.
 */
export async function madeWith(paths: ClusterPaths): Promise<{ readonly profile?: 'plain' }> {
  return (await isPlain(paths)) ? { profile: 'plain' } : {};
}

/** What makes a secured cluster of one whose hosts keep nobody out; nothing where there are no such hosts. */
export async function securedBy({ name, paths }: Pick<UcloudCluster, 'name' | 'paths'>): Promise<Hint | undefined> {
  return (await isPlain(paths)) ? nomadctl`up ${name} --profile secure` : undefined;
}

/** Whether its hosts keep nobody out, and nobody has begun to change that. */
async function isPlain(paths: ClusterPaths): Promise<boolean> {
  return !isSecured(paths) && !securingOf(paths.agents) && (await hasHosts(paths));
}

/** Whether these settings make a secured cluster of a plain one. */
export async function isUpgrade({ paths, settings: { profile } }: Pick<UcloudCluster, 'paths' | 'settings'>): Promise<boolean> {
  return profile === 'secure' && (await isPlain(paths));
}

/** Whether an `up` makes a plain cluster secure, or goes on with it. */
export async function isSecuring(cluster: Pick<UcloudCluster, 'paths' | 'settings'>): Promise<boolean> {
  return securingOf(cluster.paths.agents) !== undefined || (await isUpgrade(cluster));
}

/** @throws ConfigError `profile-past` for a cluster without hosts that would be made with profile plain */
export async function refusePlain({ name, paths, settings }: Pick<UcloudCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  if (settings.profile !== 'plain' || (await hasHosts(paths))) return;
  throw new ConfigError(`cluster ${name} has no hosts yet, and cannot have profile plain`, {
    code: 'profile-past',
    why: 'that is what earlier releases made by default: a cluster that does what anybody asks; one that is to be so says profile poc',
    next: hint`${again({ profile: 'secure' })}, or ${again({ profile: 'poc', acceptInsecure: true })}`,
  });
}

/**
 * A plain cluster may become secure (`isUpgrade`), not the other way round.
 * @throws ConfigError `profile-fixed` for hosts that were made secure, or are becoming so
 */
export async function refuseOtherProfile({ name, paths, settings }: Pick<UcloudCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  const { profile } = settings;
  if (profile === 'secure' || (!isSecured(paths) && !securingOf(paths.agents)) || !(await hasHosts(paths))) return;
  throw new ConfigError(`cluster ${name} is secured, and cannot have profile ${profile}`, {
    code: 'profile-fixed',
    why: 'its jobs and its agents count on tokens and certificates, and whoever was given a token would be let in beside everybody else',
    next: hint`${nomadctl`up ${name} --profile secure`}, or make it anew: ${nomadctl`down ${name}`} && ${nomadctl`up ${name} --profile ${profile}`}`,
  });
}

/** @throws ConfigError `certificates-fixed` where hosts of a secured cluster were made to ask for certificates, or not to, and are to change that */
export async function refuseOtherCertificates({
  name,
  paths,
  settings,
}: Pick<UcloudCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  const [wanted, has] = [settings.clientCertificates, existsSync(paths.operator.certificate)];
  if (!isSecured(paths) || wanted === has || !(await hasHosts(paths))) return;
  throw new ConfigError(`cluster ${name} was made to ask ${has ? 'everybody' : 'nobody'} for a certificate, and cannot change that`, {
    code: 'certificates-fixed',
    why: 'each host would ask for what the others do not have yet',
    next: hint`${nomadctl`config set clientCertificates ${String(has)} --cluster ${name}`}, or make it anew: ${nomadctl`down ${name}`}`,
  });
}

/**
 * Forgets what a secured cluster had, or one that was about to become so, once its hosts are gone. The mark goes last: a `down` that
 * is killed can be run again.
 */
export async function forgetSecurity(paths: ClusterPaths, redact: Redactor): Promise<void> {
  await forgetClusterSecrets({ paths, redact });
  await rm(join(paths.dir, 'hosts'), { recursive: true, force: true });
  for (const path of Object.values(paths.operator)) await rm(path, { force: true });
  await rm(paths.ca, { force: true });
  await rm(paths.caChain, { force: true });
  await rm(paths.agents, { recursive: true, force: true });
}
