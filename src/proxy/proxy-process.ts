import { chmod, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Context } from '../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { OutcomeError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { identify, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { makeUserFolder, userFolder } from '@nomadctl/base/user-folder';
import { haproxyConfig, type ProxyConfig } from './haproxy-config.js';
import type { ProxyLeg } from './proxy-legs.js';

/** A proxy that was started, as it is kept in the cluster's folder. */
export interface KeptProxy {
  readonly process: ProcessIdentity;
  readonly legs: readonly ProxyLeg[];
}

interface Place {
  /** The cluster's folder. */
  readonly dir: string;
  /** Path of haproxy. */
  readonly program: string;
  readonly ctx: Pick<Context, 'exec' | 'signal'>;
}

const keptFile = (dir: string): string => join(dir, 'proxy', 'proxy.json');
const pidFile = (dir: string): string => join(dir, 'proxy', 'pid');

/** Short: a socket's path has 108 characters at most, and folders of clusters may be deep. */
export function proxySocket(dir: string): string {
  return join(userFolder(), `proxy-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}.sock`);
}

/** The proxy of a cluster that runs now. */
export async function runningProxy(dir: string): Promise<KeptProxy | undefined> {
  const text = await readIfThere(keptFile(dir));
  const kept = text === undefined ? undefined : (JSON.parse(text) as KeptProxy);
  return kept && isAlive(kept.process) ? kept : undefined;
}

/**
 * Starts haproxy with this configuration, or has the one that runs take it on: connections that are there stay, and none is refused meanwhile.
 * @returns whether it ran before
 * @throws OutcomeError `proxy-refused` for what haproxy finds wrong, before anything is changed
 */
export async function startProxy({ dir, program, ctx }: Place, config: Omit<ProxyConfig, 'socket'>): Promise<boolean> {
  makeUserFolder();
  await makeFolder(join(dir, 'proxy'));
  const [file, draft] = [join(dir, 'proxy', 'haproxy.cfg'), join(dir, 'proxy', 'haproxy-next.cfg')];
  const text = haproxyConfig({ ...config, socket: proxySocket(dir) });
  await writeFileAtomic(draft, text);
  await checked(ctx.exec.run(program, ['-c', '-q', '-f', draft], { signal: ctx.signal }), shell`${program} -c -f ${draft}`);
  await writeFileAtomic(file, text);
  await rm(draft, { force: true });
  const before = await runningProxy(dir);
  if (before) process.kill(before.process.pid, 'SIGUSR2');
  else
    await checked(
      ctx.exec.run(program, ['-W', '-D', '-p', pidFile(dir), '-f', file], { signal: ctx.signal }),
      shell`${program} -c -f ${file}`,
    );
  const started = before?.process ?? identify(Number((await readFile(pidFile(dir), 'utf8')).trim()));
  if (!started)
    throw new OutcomeError('haproxy ended right after its start', { code: 'proxy-refused', next: shell`${program} -d -f ${file}` });
  await writeFileAtomic(keptFile(dir), `${JSON.stringify({ process: started, legs: config.legs })}\n`);
  await chmod(keptFile(dir), 0o600);
  return before !== undefined;
}

/** Ends it with all that goes through. @returns whether one ran */
export async function stopProxy(dir: string): Promise<boolean> {
  const kept = await runningProxy(dir);
  if (kept) process.kill(kept.process.pid, 'SIGTERM');
  await rm(join(dir, 'proxy'), { recursive: true, force: true });
  await rm(proxySocket(dir), { force: true });
  return kept !== undefined;
}

/** A server behind the proxy: `consul-1`, and whether it knows a leader. */
export interface ProxiedServer {
  readonly name: string;
  readonly address: string;
  readonly isUp: boolean;
  /** haproxy's word for its last check: `L7OK`. */
  readonly check: string;
}

/** What haproxy says of its servers now. https://docs.haproxy.org/2.6/management.html#9.1 */
export async function proxiedServers(dir: string): Promise<ProxiedServer[]> {
  const socket = connect(proxySocket(dir));
  socket.end('show stat\n');
  const [head = '', ...lines] = (await textOf(socket)).trim().split('\n');
  const columns = head.replace(/^# /, '').split(',');
  return lines
    .map((line) => line.split(','))
    .map(
      (fields) =>
        (name: string): string =>
          fields[columns.indexOf(name)] ?? '',
    )
    .filter((field) => !['FRONTEND', 'BACKEND'].includes(field('svname')))
    .map((field) => ({
      ...{
        name: field('svname'),
        address: field('addr'),
        isUp: field('status').startsWith('UP'),
        check: field('check_status').replace('* ', ''),
      },
    }));
}

async function checked(run: Promise<unknown>, next: ReturnType<typeof shell>): Promise<void> {
  await run.catch((error: unknown) => {
    if (!(error instanceof Error) || !('why' in error)) throw error;
    const why = (error as { why: readonly string[] }).why;
    throw new OutcomeError('haproxy does not take the configuration', {
      code: 'proxy-refused',
      why: why.length > 0 ? why : [error.message],
      next,
      cause: error,
    });
  });
}
