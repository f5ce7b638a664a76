import type { Ui } from './ui.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: {
    readonly json?: boolean;
    readonly quiet?: boolean;
    readonly verbose?: boolean;
    readonly yes?: boolean;
    readonly noColor?: boolean;
  };
  readonly stdoutIsTty?: boolean | undefined;
  readonly stderrIsTty?: boolean | undefined;
  readonly stdinIsTty?: boolean | undefined;
}

export interface UiChoice {
  readonly mode: Ui['mode'];
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Per stream: results may go to a file while the terminal still shows progress. */
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  /** The terminal or locale shows ASCII only. */
  readonly ascii: boolean;
  readonly canAsk: boolean;
}

/** The one place that looks at flags, environment and terminals to say how we speak, and whether we may ask. */
export function chooseMode(surroundings: Surroundings): UiChoice {
  const { env, flags, stdoutIsTty, stderrIsTty } = surroundings;
  const { json = false, quiet = false, verbose = false, yes = false } = flags;
  const alone = json || yes || isCi(env);
  const isSmart = stderrIsTty === true && env['TERM'] !== 'dumb';
  return {
    mode: json ? 'json' : isSmart && !alone && !quiet ? 'terminal' : 'plain',
    quiet,
    verbose,
    color: {
      stdout: hasColor(stdoutIsTty === true, { env, flags }),
      stderr: hasColor(stderrIsTty === true, { env, flags }),
    },
    ascii: isAscii(env),
    // Asked last: what reads from a file need not be known otherwise.
    canAsk: isSmart && !alone && surroundings.stdinIsTty === true,
  };
}

/** Every CI service sets `CI`; `false` and `0` are how people switch it off. */
function isCi(env: Surroundings['env']): boolean {
  return isOn(env['CI']);
}

/**
 * `--no-color` and NO_COLOR (https://no-color.org: any value but the empty one) win over FORCE_COLOR, which wins over
 * what the stream is. JSON is never coloured.
 */
function hasColor(isTty: boolean, { env, flags }: Pick<Surroundings, 'env' | 'flags'>): boolean {
  if (flags.json || flags.noColor || env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '' || isOn(forced);
  return isTty && env['TERM'] !== 'dumb';
}

/** By POSIX the first of these that is set decides. Where none is set nothing is known, and terminals of today read UTF-8. */
function isAscii(env: Surroundings['env']): boolean {
  if (env['TERM'] === 'linux') return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
