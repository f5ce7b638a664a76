import { access, chmod, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { ClusterPaths } from '@nomadctl/base/paths';

/** Where a cluster's own key pair and what it knows of its hosts' keys are. */
export interface SshPaths {
  readonly folder: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly knownHosts: string;
  /** Keys of hosts through which others are reached, as they showed them first: what goes through them is secured from end to end. */
  readonly jumpKnownHosts: string;
  readonly jump: JumpSettings;
}

/** How hosts without a public address are reached: the settings of these names. */
export interface JumpSettings {
  /** `user@host:port`; `direct`: as they are; empty: through a host of the cluster. */
  readonly jumpHost?: string;
  readonly jumpSshConfig?: string;
}

export function sshPathsOf({ dir }: Pick<ClusterPaths, 'dir'>, { jumpHost = '', jumpSshConfig = '' }: JumpSettings = {}): SshPaths {
  const folder = join(dir, 'ssh');
  const privateKey = join(folder, 'id_ed25519');
  return {
    ...{ folder, privateKey, publicKey: `${privateKey}.pub`, knownHosts: join(folder, 'known_hosts') },
    ...{ jumpKnownHosts: join(folder, 'jump_known_hosts'), jump: { jumpHost, jumpSshConfig } },
  };
}

type Tools = Pick<Context, 'exec' | 'signal'>;

/**
 * The cluster's public key, as a line of authorized_keys. The pair is made the first time; a lost public half is derived.
 * @throws PrerequisiteError without ssh-keygen.
 */
export async function ensureSshKey(cluster: { readonly name: string; readonly paths: ClusterPaths }, ctx: Tools): Promise<string> {
  const paths = sshPathsOf(cluster.paths);
  await makeFolder(paths.folder);
  if (!(await exists(paths.privateKey))) await makePair(paths, cluster.name, ctx);
  const kept = await readFile(paths.publicKey, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const derived = await keygen(['-y', '-f', paths.privateKey], ctx);
  const line = `${derived.trim().split(' ').slice(0, 2).join(' ')} nomadctl-${cluster.name}`;
  await writeFileAtomic(paths.publicKey, `${line}\n`);
  return line;
}

/** The private half is moved to its place last: a run that is killed before has made nothing. */
async function makePair(paths: SshPaths, cluster: string, ctx: Tools): Promise<void> {
  const draft = `${paths.privateKey}.draft`;
  await Promise.all([draft, `${draft}.pub`].map((file) => rm(file, { force: true })));
  await keygen(['-q', '-t', 'ed25519', '-N', '', '-C', `nomadctl-${cluster}`, '-f', draft], ctx);
  await chmod(draft, 0o600);
  await rename(`${draft}.pub`, paths.publicKey);
  await rename(draft, paths.privateKey);
}

async function keygen(argv: readonly string[], { exec, signal }: Tools): Promise<string> {
  try {
    return (await exec.run('ssh-keygen', argv, { signal })).stdout;
  } catch (error) {
    if ((error as { code?: string }).code !== 'tool-not-found') throw error;
    throw new PrerequisiteError('ssh-keygen was not found', {
      code: 'tool-missing',
      why: 'hosts are reached by ssh, with a key that nomadctl makes',
      next: hint`install the OpenSSH client`,
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
