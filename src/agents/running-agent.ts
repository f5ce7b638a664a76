import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { identify, identityFromStat, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import type { AgentFiles } from './node-record.js';

/**
 * Agents outlive the command that started them. A shell writes its identity (process id and start time) to a file and then
 * becomes the agent by exec. So every agent is on record, even when nomadctl is killed at that moment. The file also holds
 * what the agent was started from, so that a changed configuration or program shows.
 */
export interface AgentProcess extends ProcessIdentity {
  /** `launchKey` of what it was started from. */
  readonly launch: string;
}

/**
 * Changes when the agent must be restarted: another program, another configuration, another certificate of its node,
 * other authorities. Not with whom it joins, and not when what it needed at the first election is taken away.
 */
export function launchKey({ binary, files }: { readonly binary: string; readonly files: AgentFiles }): string {
  const contents = [files.config, files.secrets, files.certificate, files.authorities].map((path) =>
    existsSync(path) ? readFileSync(path) : undefined,
  );
  const hash = createHash('sha256')
    .update(binary)
    .update('\0')
    .update(contents[0] ?? '');
  for (const content of contents.slice(1)) if (content) hash.update('\0').update(content);
  return hash.digest('hex').slice(0, 16);
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

/**
 * Remembers that a running agent has read its files anew: it need not be restarted for them. Nothing happens for one that does not
 * run.
 */
export async function rememberLaunch(files: AgentFiles, launch: string): Promise<void> {
  if (!runningAgent(files)) return;
  const [, ...identity] = readFileSync(files.process, 'utf8').split('\n');
  await writeFileAtomic(files.process, [launch, ...identity].join('\n'));
}
