import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { Context } from '../../context.js';

/** A program, and with what it is started. */
export interface Started {
  readonly file: string;
  readonly argv: readonly string[];
}

/** `$1` becomes /etc/hosts; what comes after it runs, with the rights that it had outside. */
const SCRIPT = 'mount --bind "$1" /etc/hosts && shift && exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"';

/**
 * The program in a mount namespace of its own, in which a file stands for /etc/hosts; nobody else sees it there. Root needs nothing for
 * that, anybody else a user namespace, in which he is who he was: programs that become root by themselves, as sudo, do not work in it.
 */
export function inOwnNamespace({ file, argv }: Started, hosts: string, uid: number | undefined): Started {
  const become = uid === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  return { file: 'unshare', argv: [...become, '--mount', 'sh', '-c', SCRIPT, 'sh', hosts, file, ...argv] };
}

/** @throws PrerequisiteError `no-own-names` where the system does not let this user have one */
export async function requireOwnNamespace(
  hosts: string,
  uid: number | undefined,
  { exec, platform, signal, env }: Pick<Context, 'exec' | 'platform' | 'signal' | 'env'>,
): Promise<void> {
  const refuse = (why: string, cause?: unknown): PrerequisiteError =>
    new PrerequisiteError('names cannot be made to resolve for one program here', {
      code: 'no-own-names',
      why,
      next: nomadctl`dns`,
      ...(cause === undefined ? {} : { cause }),
    });
  if (platform !== 'linux') throw refuse(`${platform} has no mount namespaces`);
  const { file, argv } = inOwnNamespace({ file: 'true', argv: [] }, hosts, uid);
  await exec.run(file, argv, { signal, env: { PATH: env['PATH'] } }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw refuse(reasonOf(error), error);
  });
}
