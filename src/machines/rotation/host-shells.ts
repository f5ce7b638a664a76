import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { writeSshConfig } from '../ssh-config.js';
import { sshPathsOf } from '../ssh-key.js';
import { openHostShell, type HostShell } from '../host-shell.js';
import type { HostsRequest } from '../host-nodes.js';

/** Shells on the hosts of a cluster, one connection to each for as long as somebody works with them. */
export interface HostShells {
  /** @param host its name. @throws what the shell throws; with the next call there is a new one */
  on<Result>(host: string, use: (shell: HostShell) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/**
 * By default only to hosts whose keys are known.
 * @param timeoutMs of one script
 * @param writeConfig writes the configuration for ssh, and returns its path
 */
export function hostShells({ cluster, hosts, ctx }: HostsRequest, timeoutMs: number, writeConfig = writeSshConfig): HostShells {
  const open = new Map<string, Promise<HostShell>>();
  let config: Promise<string> | undefined;
  const opened = async (name: string): Promise<HostShell> => {
    config ??= writeConfig(hosts, sshPathsOf(cluster.paths, cluster.settings));
    return openHostShell({ name, config: await config, ctx, timeoutMs });
  };
  return {
    async on(host, use) {
      const shell = open.get(host) ?? opened(host);
      open.set(host, shell);
      try {
        return await use(await shell);
      } catch (error) {
        // What a shell that failed would read next is not known.
        open.delete(host);
        await shell.then((one) => one.close()).catch(() => undefined);
        throw error;
      }
    },
    async close() {
      const all = [...open.values()].map((shell) => ({ shell }));
      open.clear();
      await mapBounded(all, PROCESSES_AT_ONCE, ({ shell }) => shell.then((one) => one.close()).catch(() => undefined));
    },
  };
}
