import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import { markProfile, profileOf } from '../../agents/profile/profile-mark.js';
import { forgetClusterSecrets } from '../../security/cluster-secrets.js';
import { rootOf } from '../../terraform/root.js';
import { hasResources } from '../account/refuse-move.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** Whether the hosts of a cluster were made to keep strangers out, whatever its file says by now. */
export function isSecured({ agents }: Pick<ClusterPaths, 'agents'>): boolean {
  return profileOf(agents) === 'secure';
}

/** Before the first host is made. */
export async function markSecured({ agents }: Pick<ClusterPaths, 'agents'>): Promise<void> {
  await markProfile(agents, 'secure');
}

/** Whether terraform has made any host of the cluster, or has begun to. */
export async function hasHosts(paths: ClusterPaths): Promise<boolean> {
  return hasResources(rootOf(paths, 'cluster'));
}

/** @throws ConfigError `profile-fixed` for hosts that were made with another profile */
export async function refuseOtherProfile({ name, paths, settings }: Pick<UcloudCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  const { profile } = settings;
  const secured = isSecured(paths);
  if (secured === (profile === 'secure') || !(await hasHosts(paths))) return;
  const made = secured ? 'secure' : 'plain';
  throw new ConfigError(`cluster ${name} was made with profile ${made}, and cannot have profile ${profile}`, {
    code: 'profile-fixed',
    why: 'its agents would no longer know each other',
    next: hint`${nomadctl`up ${name} --profile ${made}`}, or make it anew: ${nomadctl`down ${name}`}, then ${nomadctl`up ${name} --profile ${profile}`}`,
  });
}

/** Forgets what a secured cluster had, once its hosts are gone. The mark goes last: a `down` that is killed can be run again. */
export async function forgetSecurity(paths: ClusterPaths, redact: Redactor): Promise<void> {
  if (!isSecured(paths)) return;
  await forgetClusterSecrets({ paths, redact });
  await rm(join(paths.dir, 'hosts'), { recursive: true, force: true });
  await rm(paths.ca, { force: true });
  await rm(paths.caChain, { force: true });
  await rm(paths.agents, { recursive: true, force: true });
}
