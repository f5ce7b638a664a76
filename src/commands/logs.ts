import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Context } from '../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { LogSource } from '../targets/target.js';
import { openCluster } from '../targets/open-cluster.js';
import { flagOf, wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [
    { name: 'node', summary: 'the node: server-1, client-2', required: true, completes: 'node' },
    { name: 'agent', summary: 'consul or nomad; default: both', completes: ['consul', 'nomad'] },
  ],
  flags: [
    { flag: '-f, --follow', summary: 'go on with what is written from now on, until Ctrl-C' },
    { flag: '-n, --lines <count>', summary: 'how many of the last lines; default 50' },
  ],
  about: 'With --json each line is a document of its own (JSON lines), as they may go on without end.',
  examples: ['nomadctl logs server-1 -f', 'nomadctl logs client-1 nomad --lines 200'],
  async run(input, ctx) {
    const agent = wordOf(input, 'agent');
    const count = lineCount(flagOf(input, 'lines') ?? '50');
    const { target, cluster, state } = await openCluster(ctx);
    const sources = (await target.logFiles(cluster, state, { node: wordOf(input, 'node') ?? '', ctx })).filter(
      (source) => agent === undefined || source.agent === agent,
    );
    const prefix = (source: LogSource): string => (sources.length > 1 ? `${ctx.ui.style.dim(source.agent.padEnd(6))} ` : '');
    const following = input.flags['follow'] === true;
    const files = sources.filter((source): source is LogFile => 'path' in source);
    const [starts] = await Promise.all([
      Promise.all(files.map((file) => printTail(file, { count, prefix: prefix(file), ctx }))),
      ...sources.map((source) => ('path' in source ? undefined : printProgram(source, { count, following, prefix: prefix(source), ctx }))),
    ]);
    if (following) await Promise.all(files.map((file, index) => follow(file, { from: starts[index] ?? 0, prefix: prefix(file), ctx })));
    return undefined;
  },
};

/** What a program elsewhere prints; it ends by itself, or at Ctrl-C. */
async function printProgram(
  { agent, program }: Exclude<LogSource, LogFile>,
  { count, following, prefix, ctx }: { count: number; following: boolean; prefix: string; ctx: Context },
): Promise<void> {
  const { file, argv, env, cwd } = program({ lines: count, follow: following });
  // A terminal's Ctrl-C goes to the program, too, and what it says about that is no line of the log.
  const onLine = (line: string): void => (ctx.signal.aborted ? undefined : print(line, { agent, prefix, ctx }));
  await ctx.exec.run(file, argv, { env, cwd, signal: ctx.signal, onLine, keepOutput: !following }).catch((error: unknown) => {
    if (!(following && ctx.signal.aborted)) throw error;
  });
}

interface LogFile {
  readonly agent: string;
  readonly path: string;
}

const POLL_MS = 200;

function lineCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new UsageError(`--lines must be a whole number (got "${text}")`, {
    code: 'lines-wrong',
    next: nomadctl`logs server-1 --lines 100`,
  });
}

/** Prints the last lines and returns where the file ended. */
async function printTail(
  { path, agent }: LogFile,
  { count, prefix, ctx }: { count: number; prefix: string; ctx: Context },
): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of count === 0 ? [] : lines.slice(-count)) print(line, { agent, prefix, ctx });
  return Buffer.byteLength(text);
}

/** Looks at the file's length; a shorter file is a new one, after the agent rotated its log. */
async function follow({ path, agent }: LogFile, { from, prefix, ctx }: { from: number; prefix: string; ctx: Context }): Promise<void> {
  let at = from;
  let rest = '';
  while (!ctx.signal.aborted) {
    const { size } = await stat(path).catch(() => ({ size: at }));
    if (size < at) at = 0;
    if (size > at) {
      for await (const chunk of createReadStream(path, { start: at, end: size - 1, encoding: 'utf8' })) rest += String(chunk);
      at = size;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) print(line, { agent, prefix, ctx });
    }
    await ctx.clock.sleep(POLL_MS, ctx.signal).catch(() => undefined);
  }
}

function print(line: string, { agent, prefix, ctx }: { agent: string; prefix: string; ctx: Context }): void {
  ctx.ui.write(ctx.global.json ? `${JSON.stringify({ agent, line: ctx.redact(line) })}\n` : `${prefix}${ctx.redact(line)}\n`);
}
