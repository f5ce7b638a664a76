import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '@nomadctl/base/clock';
import type { Redactor } from '@nomadctl/base/redact';
import type { UiChoice } from './choose-mode.js';
import { lazyAsk } from './lazy-ask.js';
import { windowSize, type TerminalStream } from './live-area.js';
import { startPlainPlan } from './plain.js';
import { styleFor } from './style.js';
import { spellAscii, symbolsFor } from './symbols.js';
import { startTerminalPlan, type TerminalPlan } from './terminal.js';
import type { PlanProgress, PlanRow, Style, Ui } from './ui.js';

export interface UiOptions extends UiChoice {
  readonly stdout: TerminalStream & { readonly isTTY?: boolean };
  /** Opened when something is written to it. */
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly redact: Redactor;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** The user interface as the edge sees it. */
export interface EdgeUi extends Ui {
  /** For errors, which go to standard error: `style` is for results, which may go elsewhere. */
  readonly errorStyle: Style;
}

/** Builds the user interface that `chooseMode` chose. Lists and prompts are loaded when they are first needed. */
export function createUi(options: UiOptions): EdgeUi {
  const { mode, quiet, verbose, color, stdout } = options;
  let plan: TerminalPlan | undefined;
  let hasPrinted = false;
  const print = (line: string): void => {
    options.stderr.write(`${forStderr(line, options)}\n`);
    hasPrinted = true;
  };
  const say = (text: string): void => (plan ? plan.above(() => print(text)) : print(text));
  const startTerminal = (rows: readonly PlanRow[]): PlanProgress => {
    const started = startTerminalPlan({ ...options, rows, stream: options.stderr, look: lookOf(options), isFollowing: () => hasPrinted });
    plan = started;
    return {
      ...started,
      end() {
        plan = undefined;
        started.end();
        hasPrinted = true;
      },
    };
  };
  return {
    mode,
    style: styleFor(color.stdout),
    errorStyle: styleFor(color.stderr),
    get columns() {
      return stdout.isTTY ? windowSize(stdout).columns : Infinity;
    },
    write: (chunk) => void stdout.write(chunk),
    note: (text) => (quiet ? undefined : say(text)),
    warn: say,
    debug: (text) => (verbose ? say(styleFor(color.stderr).dim(text)) : undefined),
    startPlan(rows) {
      if (quiet) return silentPlan;
      if (mode === 'terminal') return startTerminal(rows);
      const { stderr } = options;
      const columns = stderr.isTTY ? windowSize(stderr).columns : Infinity;
      return startPlainPlan({ ...options, rows, look: { ...lookOf(options), columns }, say: print, isFollowing: () => hasPrinted });
    },
    ask: lazyAsk(options, styleFor(color.stderr)),
  };
}

const silentPlan: PlanProgress = { start: () => undefined, line: () => undefined, finish: () => undefined, end: () => undefined };

function lookOf({ color, ascii }: UiOptions) {
  return { style: styleFor(color.stderr), symbols: symbolsFor(ascii) };
}

/** Texts are styled for standard output, where results go; standard error may be a file. */
function forStderr(text: string, { redact, color, ascii }: UiOptions): string {
  const clean = redact(text);
  const printable = color.stderr ? clean : stripVTControlCharacters(clean);
  return ascii ? spellAscii(printable) : printable;
}
