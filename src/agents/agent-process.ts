import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import type { Exec } from '../tools/exec.js';
import type { Clock } from '@nomadctl/base/clock';
import { makeFolder } from '@nomadctl/base/make-folder';
import { identify, identityFromStat, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { processesWith } from './leftovers.js';
import type { AgentFiles } from './node-record.js';
import { socketFolder } from './socket-folder.js';
import type { AgentProgram } from '../cluster/node-roles.js';

/**
 * Agents outlive the command that started them. A shell writes its identity (process id and start time) to a file and then
 * becomes the agent by exec. So every agent is on record, even when nomadctl is killed at that moment. The file also holds
 * what the agent was started from, so that a changed configuration or program shows.
 */
export interface AgentProcess extends ProcessIdentity {
  /** `launchKey` of what it was started from. */
  readonly launch: string;
}

export interface AgentLaunch {
  readonly program: AgentProgram;
  readonly binary: string;
  readonly files: AgentFiles;
  /** Its configuration files, in the order in which they override each other. */
  readonly configs: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * `$1` is the file, `$2` the launch key; the rest is the agent. Without /proc, `ps` tells the start time. SIGHUP means "read your
 * configuration anew": until an agent listens for it, it is ignored, where it would end it.
 */
const BECOME_AGENT = [
  "trap '' HUP;",
  'file=$1 key=$2; shift 2;',
  'if [ -r /proc/$$/stat ]; then { echo "$key"; cat /proc/sys/kernel/random/boot_id /proc/$$/stat; } > "$file.tmp";',
  'else { echo "$key"; echo ps; echo $$; } > "$file.tmp"; fi;',
  'mv "$file.tmp" "$file"; exec "$@"',
].join(' ');

/**
 * Changes when the agent must be restarted: another program, another configuration, another certificate of its node. Not with
 * whom it joins, and not when what it needed at the first election is taken away.
 */
export function launchKey({ binary, files }: Pick<AgentLaunch, 'binary' | 'files'>): string {
  const contents = [files.config, files.secrets, files.certificate].map((path) => (existsSync(path) ? readFileSync(path) : undefined));
  const hash = createHash('sha256')
    .update(binary)
    .update('\0')
    .update(contents[0] ?? '');
  for (const content of contents.slice(1)) if (content) hash.update('\0').update(content);
  return hash.digest('hex').slice(0, 16);
}

/** What of its configuration is secret, where it has something. */
export function secretFiles({ secrets, bootstrap }: AgentFiles): string[] {
  return [secrets, bootstrap].filter((path) => existsSync(path));
}

/** The agent's process as its file tells it, or nothing when it is not running. */
export function runningAgent(files: AgentFiles): AgentProcess | undefined {
  const recorded = readProcessFile(files.process);
  return recorded && isAlive(recorded) ? recorded : undefined;
}

function readProcessFile(path: string): AgentProcess | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [launch = '', boot = '', stat = ''] = lines;
  if (boot !== 'ps') {
    const identity = identityFromStat(stat, boot);
    return identity && { ...identity, launch };
  }
  // A process that started after the file was written is a stranger that got the same id.
  const identity = identify(Number(stat));
  const written = statSync(path).mtimeMs;
  return identity && Date.parse(identity.started) <= written + 1000 ? { ...identity, launch } : undefined;
}

/** A run that was killed may have started an agent that has yet to write its file; or the file was lost. */
export async function endNameless(files: AgentFiles, clock: Clock): Promise<void> {
  await mapBounded(processesWith(`=${files.config}`), PROCESSES_AT_ONCE, (nameless) => end(nameless, clock));
}

/** Starts an agent that is not running. Returns once it is known by its file; whether it comes up shows at its API. */
export async function startAgent(
  { exec, clock }: { exec: Exec; clock: Clock },
  { program, binary, files, configs, env }: AgentLaunch,
): Promise<void> {
  await makeFolder(files.data);
  await rm(files.process, { force: true });
  const sockets = socketFolder(files.agents);
  await makeFolder(sockets);
  const flag = program === 'consul' ? '-config-file' : '-config';
  const argv = ['agent', ...configs.map((config) => `${flag}=${config}`)];
  const pid = await exec.detach('/bin/sh', ['-c', BECOME_AGENT, 'sh', files.process, launchKey({ binary, files }), binary, ...argv], {
    cwd: files.dir,
    // https://github.com/hashicorp/go-plugin/blob/main/constants.go
    env: { ...env, CHECKPOINT_DISABLE: '1', PLUGIN_UNIX_SOCKET_DIR: sockets },
    outputFile: files.output,
  });
  await untilKnown(pid, { files, clock });
}

const KNOWN_MS = 10_000;

/** Until the process has written its file, or has ended before it could: whoever waits for the agent then says why. */
async function untilKnown(pid: number, { files, clock }: { files: AgentFiles; clock: Clock }): Promise<void> {
  const deadline = clock.now() + KNOWN_MS;
  while (!runningAgent(files) && identify(pid) && clock.now() < deadline) await clock.sleep(2);
}

const TERMINATE_MS = 5000;

/** Ends an agent: SIGTERM, and SIGKILL when it is still there after five seconds. `now` skips the first. */
export async function stopAgent(files: AgentFiles, clock: Clock, how: 'gently' | 'now' = 'gently'): Promise<void> {
  const running = runningAgent(files);
  if (!running) return;
  if (how === 'gently') await end(running, clock);
  else await endProcess(running, 'SIGKILL', { clock, waitMs: TERMINATE_MS });
}

async function end(target: ProcessIdentity, clock: Clock): Promise<void> {
  if (await endProcess(target, 'SIGTERM', { clock, waitMs: TERMINATE_MS })) return;
  await endProcess(target, 'SIGKILL', { clock, waitMs: TERMINATE_MS });
}

/** Signals a process and waits until it has gone; false when it has not within `waitMs`. */
export async function endProcess(
  target: ProcessIdentity,
  signal: NodeJS.Signals,
  { clock, waitMs }: { clock: Clock; waitMs: number },
): Promise<boolean> {
  const deadline = clock.now() + waitMs;
  try {
    if (isAlive(target)) process.kill(target.pid, signal);
  } catch {
    return !isAlive(target);
  }
  while (isAlive(target)) {
    if (clock.now() > deadline) return false;
    await clock.sleep(10);
  }
  return true;
}

/** The last lines an agent logged, for error messages. */
export function lastLines(files: AgentFiles, count: number): string[] {
  for (const path of [files.log, files.output]) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const telling = lines.filter((line) => /error|fail|==>/i.test(line));
    if (lines.length > 0) return (telling.length > 0 ? telling : lines).slice(-count);
  }
  return [];
}
