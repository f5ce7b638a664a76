import { commands } from '../commands/index.js';
import { namedPrograms } from '../config/program-options.js';
import type { CommandResult } from '../commands/command.js';
import type { Context, GlobalFlags } from '../context.js';
import { endOwnOptions } from './end-own-options.js';
import { AbortError } from '@nomadctl/base/errors';
import { readGlobalFlags } from './global-flags.js';
import { pathsOf } from './home.js';
import { systemClock } from '@nomadctl/base/clock';
import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import { createRedactor } from '@nomadctl/base/redact';
import { runProgram } from './program.js';
import { startedAs, type Outset } from './started-as.js';
import { ownSignals } from './signals.js';
import { isTerminal, plainOutput } from './standard-streams.js';
import { disclosed } from './disclose.js';
import { chooseMode } from '../ui/choose-mode.js';
import { resultText } from '../ui/result-text.js';
import { createUi } from '../ui/create-ui.js';
import type { Exec } from '../tools/exec.js';
import type { Style } from '../ui/ui.js';

export interface Installation {
  readonly version: string;
  readonly packageRoot: URL;
}

/** The process's edge: builds the real Context, runs the program, turns an error into a message and an exit code. */
export async function start(words: readonly string[], { version, packageRoot }: Installation): Promise<void> {
  const argv = endOwnOptions(words, commands);
  const { noColor, programs: named, ...flags } = readGlobalFlags(argv);
  const { env } = process;
  const programs = namedPrograms({ flags: named, env });
  const redact = createRedactor();
  const signals = ownSignals();
  const stdoutIsTty = isTerminal(1);
  const choice = chooseMode({
    env,
    flags: { ...flags, noColor },
    stdoutIsTty,
    stderrIsTty: isTerminal(2),
    get stdinIsTty() {
      return isTerminal(0);
    },
  });
  const opened = watchedStreams(signals.onOutputError);
  const stdout = stdoutIsTty ? opened.stdout() : plainOutput(opened.stdout, signals.onOutputError);
  const ui = createUi({
    ...{ ...choice, ...flags, stdout, redact, signal: signals.signal, clock: systemClock },
    get stderr() {
      return opened.stderr();
    },
    // Opening it takes some milliseconds, and only questions read it.
    get stdin() {
      return process.stdin;
    },
  });
  const ctx: Context = {
    ui: signals.watch(ui),
    exec: lazyExec(env, programs),
    clock: systemClock,
    env,
    paths: pathsOf(env, packageRoot),
    programs,
    redact,
    signal: signals.signal,
    platform: process.platform,
    arch: process.arch,
    global: flags,
    given: givenBy({ env, script: process.argv[1] ?? '', folder: process.cwd(), uid: process.getuid?.() }, { ...flags, programs: named }),
  };
  try {
    const result = await runProgram(argv, { ctx, version });
    if (result) print(result, ctx);
    process.exitCode = signals.brokenPipe ? 0 : (result?.exitCode ?? 0);
  } catch (error) {
    process.exitCode = await report(error, { ctx, style: ui.errorStyle, brokenPipe: signals.brokenPipe });
  } finally {
    signals.dispose();
  }
}

/** Node's own streams, each with our listener from the moment that it is opened. */
function watchedStreams(onError: (error: NodeJS.ErrnoException) => void) {
  const known = new Set<NodeJS.WriteStream>();
  const watched = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (!known.has(stream)) stream.on('error', onError);
    known.add(stream);
    return stream;
  };
  return { stdout: () => watched(process.stdout), stderr: () => watched(process.stderr) };
}

/** Loads execa only when a program is really run: most commands run none. */
function lazyExec(env: Readonly<Record<string, string | undefined>>, programs: Context['programs']): Exec {
  let loading: Promise<Exec> | undefined;
  const load = (): Promise<Exec> => (loading ??= import('../tools/exec.js').then(({ createExec }) => createExec(env, programs)));
  return {
    run: async (...call) => (await load()).run(...call),
    attach: async (...call) => (await load()).attach(...call),
    // Agents are started without it.
    detach: async (...call) => (await import('../tools/detach.js')).createDetach(env, programs)(...call),
    converse: async (...call) => (await import('../tools/converse.js')).createConverse(env, programs)(...call),
  };
}

/** What hints need to know of how we were started; the rest is added when the command is known. */
function givenBy(
  outset: Outset,
  { yes, programs }: Pick<GlobalFlags, 'yes'> & { readonly programs: Record<string, string> },
): GivenCommand {
  const started = startedAs(outset);
  return {
    get program() {
      return started.program;
    },
    get asRoot() {
      return started.asRoot;
    },
    yes,
    programs,
  };
}

function print(result: CommandResult, ctx: Context): void {
  const { ui, global, redact } = ctx;
  if (result.disclosure) return ui.write(`${disclosed(result.disclosure, global)}\n`);
  const text = global.json ? JSON.stringify(result.data, null, 2) : resultText(result, { style: ui.style, given: ctx.given });
  if (text !== '') ui.write(`${redact(text)}\n`);
}

interface Edge {
  readonly ctx: Context;
  /** Of standard error. */
  readonly style: Style;
  readonly brokenPipe: boolean;
}

async function report(error: unknown, { ctx, style, brokenPipe }: Edge): Promise<number> {
  const { renderError, errorDocument, exitCodeOf } = await import('../ui/errors.js');
  const exitCode = exitCodeOf(error);
  // Whoever read our output has left, and there is nobody to tell.
  if (brokenPipe && error instanceof AbortError) return exitCode;
  if (ctx.global.json) ctx.ui.write(`${ctx.redact(JSON.stringify(errorDocument(error, ctx.given), null, 2))}\n`);
  ctx.ui.warn(ctx.redact(renderError(error, { style, verbose: ctx.global.verbose, given: ctx.given })));
  return exitCode;
}
