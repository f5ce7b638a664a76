import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Exec } from '../tools/exec.js';
import type { Clock } from '@nomadctl/base/clock';
import { makeFolder } from '@nomadctl/base/make-folder';
import { makeUserFolder } from '@nomadctl/base/user-folder';
import { identify, type ProcessIdentity } from '@nomadctl/base/process-identity';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { endProcess } from './leftovers/end-process.js';
import { processesWith } from './leftovers/leftover-processes.js';
import type { AgentFiles } from './node-record.js';
import { launchKey, runningAgent } from './running-agent.js';
import { socketFolder } from './socket-folder.js';
import type { AgentProgram } from '../cluster/node-roles.js';

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

/** What of its configuration is secret, where it has something. */
export function secretFiles({ secrets, bootstrap }: AgentFiles): string[] {
  return [secrets, bootstrap].filter((path) => existsSync(path));
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
  makeUserFolder();
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

/**
 * Ends an agent that is to be started again. It goes off the record first: what a run that is killed in between leaves behind
 * counts as ended, also while it still answers, and the next start waits for its end.
 */
export async function endForRestart(files: AgentFiles, clock: Clock): Promise<void> {
  const running = runningAgent(files);
  await rm(files.process, { force: true });
  if (running) await end(running, clock);
}

async function end(target: ProcessIdentity, clock: Clock): Promise<void> {
  if (await endProcess(target, 'SIGTERM', { clock, waitMs: TERMINATE_MS })) return;
  await endProcess(target, 'SIGKILL', { clock, waitMs: TERMINATE_MS });
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
