import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A computer within this one, as far as docker's service goes: what is in /etc/docker, /run and /var/log is its own. */
export interface OwnEngine {
  /** Words before a program that runs there. */
  readonly as: readonly string[];
  /** What a shell writes there. */
  shell(script: string): string;
  write(path: string, text: string): void;
}

const SERVICE = '/etc/init.d/docker';

/** `service docker` starts a real dockerd there, which has no networks and keeps its data for itself. */
export async function ownEngine(): Promise<OwnEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const options = [
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--storage-driver', 'vfs'],
    ...['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--shutdown-timeout', '2'],
  ];
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/default'), `DOCKER_OPTS="${options.join(' ')}"\n`);
  // Debian's own script, but for what a container may not do: limits, and mounts of cgroups.
  const service = readFileSync(SERVICE, 'utf8')
    .replace(/ulimit .*/g, 'true')
    .replace(/^\t\tcgroupfs_mount$/m, '');
  writeFileSync(join(folder, 'etc/service'), service, { mode: 0o755 });
  const mounts = ['/etc/docker', '/run', '/var/log'].map((path) => `mount -t tmpfs none ${path}`);
  const script = [
    ...mounts,
    `mount --bind ${folder}/etc/default /etc/default/docker`,
    `mount --bind ${folder}/etc/service ${SERVICE}`,
    'echo ready',
    'exec sleep 600',
  ].join(' && ');
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(keeper, 'exit');
  await Promise.race([once(keeper.stdout, 'data'), gone]);
  const as = ['nsenter', `--mount=/proc/${keeper.pid}/ns/mnt`, '--'];
  const shell = (text: string): string => execFileSync(as[0] ?? '', [...as.slice(1), 'sh', '-ec', text], { encoding: 'utf8' });
  onTestFinished(async () => {
    shell('service docker stop > /dev/null 2>&1 || true');
    keeper.kill('SIGKILL');
    await gone;
  });
  return {
    as,
    shell,
    write: (path, text) => void execFileSync(as[0] ?? '', [...as.slice(1), 'sh', '-c', `cat > ${path}`], { input: text }),
  };
}
