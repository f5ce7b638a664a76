import { meaningOf, refusalError } from '../clients/ucloud/ret-codes.js';
import { LockedError, PrerequisiteError, ToolError, type NomadctlError } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { firstCommand, hint, type Hint } from '@nomadctl/base/hint/hint';
import { shownAddress, type Diagnostic, type Gathered } from './plan-stream.js';

export interface FailedRun {
  /** For the message: `create the cluster`. */
  readonly what: string;
  readonly exitCode: number;
  readonly outputFile: string;
  /** UCloud's address, for messages about refusals. */
  readonly baseUrl: string;
  /** The command that continues after a failure. */
  readonly next: Hint;
}

/** One error for a run of terraform that failed: the first diagnostic is what happened, the others say so themselves. */
export function terraformError({ errors, said }: Pick<Gathered, 'errors' | 'said'>, run: FailedRun): NomadctlError {
  const [first, ...others] = errors;
  if (first === undefined) return unexplained(said, run);
  if (/state lock/i.test(first.summary)) return stateLocked(first, run);
  const refusal = refusalIn(first);
  const known = refusal && refusalError({ action: '', ...refusal }, run.baseUrl);
  const subject = first.address === undefined ? run.what : `${run.what}: ${shownAddress(first.address)}`;
  const Kind = known instanceof PrerequisiteError ? PrerequisiteError : ToolError;
  return new Kind(`terraform could not ${subject}`, {
    code: known?.code ?? 'terraform-failed',
    why: [
      ...(refusal ? [`UCloud refused with code ${refusal.retCode}${meaningIn(refusal)}: ${refusal.message}`] : []),
      ...linesOf(first),
      ...others
        .slice(0, 5)
        .map((other) => `${shownAddress(other.address ?? '')}: ${linesOf(other)[0] ?? other.summary}`.replace(/^: /, '')),
      `what was made is kept; all that terraform said is in ${run.outputFile}`,
      ...hintOf(known),
    ],
    next: nextAfter(known, run),
    details: { addresses: errors.flatMap(({ address }) => address ?? []), ...(refusal ? { retCode: refusal.retCode } : {}) },
  });
}

function meaningIn({ retCode }: { readonly retCode: number }): string {
  const says = meaningOf(retCode)?.says;
  return says === undefined ? '' : ` (${says})`;
}

/** A hint for the user that is no nomadctl command: it comes before the command that continues. */
function hintOf(known: NomadctlError | undefined): string[] {
  return known?.next === undefined || firstCommand(known.next) ? [] : [`before that: ${renderHint(known.next)}`];
}

/** `init` alone asks for all anew; what was begun goes on by itself. */
function nextAfter(known: NomadctlError | undefined, run: FailedRun): Hint {
  const words = known?.next && firstCommand(known.next);
  return known?.next !== undefined && words !== undefined && !(known.next.parts.length === 1 && words.join(' ') === 'init')
    ? known.next
    : run.next;
}

/** How UCloud's SDK writes a refusal: `[server.RetCodeError] 8095 Quota of host is 3`, or `api[CreateVPC] code: 153, ...`. */
export function refusalIn({ summary, detail = '' }: Diagnostic): { retCode: number; message: string } | undefined {
  const found = /RetCodeError\]?[\s:]*(\d{2,6})\s*([^\n]*)/.exec(`${summary}\n${detail}`);
  return found ? { retCode: Number(found[1]), message: (found[2] ?? '').trim() } : undefined;
}

/** Throttling and trouble on the way, which the provider does not try again by itself (field notes: codes below 2000). */
const TRANSIENT_CODES = [110, 130, 150, 153];
/**
 * The provider repeats a binding whose answer was lost, and is told that it is there: the address is in use, or the host has
 * one. What terraform does not know of is unbound before the next attempt.
 */
const BOUND_CODES = [4212, 4154];
const TRANSIENT_WORDS =
  /\b(EOF|connection reset|connection refused|broken pipe|i\/o timeout|TLS handshake timeout|Client\.Timeout|HttpStatusError|[Ss]tatus(?: code)?:? 5\d\d|5\d\d (?:Internal|Bad Gateway|Service|Gateway))/;

/** Whether every failure of a run may be gone in a moment. What was half made is looked for before it is tried again. */
export function isTransient({ errors }: Pick<Gathered, 'errors'>): boolean {
  return (
    errors.length > 0 &&
    errors.every((error) => {
      const refusal = refusalIn(error);
      return refusal
        ? [...TRANSIENT_CODES, ...BOUND_CODES].includes(refusal.retCode)
        : TRANSIENT_WORDS.test(`${error.summary} ${error.detail ?? ''}`);
    })
  );
}

function linesOf({ summary, detail = '' }: Diagnostic): string[] {
  const lines = `${summary}\n${detail}`.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^\[?server\.RetCodeError/.test(line)).slice(0, 8);
}

/** Terraform tells who holds the lock: `Who: root@host`, `Created: ...`. */
function stateLocked({ detail = '' }: Diagnostic, { next }: FailedRun): LockedError {
  const field = (name: string): string => new RegExp(`^\\s*${name}:\\s*(.+)$`, 'm').exec(detail)?.[1]?.trim() ?? 'unknown';
  return new LockedError(`another terraform holds the state, of ${field('Who')} since ${field('Created')}`, {
    code: 'terraform-locked',
    why: `it is doing "${field('Operation')}" in ${field('Path')}`,
    next: hint`${next}, once it has ended`,
  });
}

function unexplained(said: readonly string[], { what, exitCode, outputFile, next }: FailedRun): ToolError {
  return new ToolError(`terraform could not ${what}: it ended with ${exitCode}`, {
    code: 'terraform-failed',
    why: [...said.slice(-8), `all that it said is in ${outputFile}`],
    next,
  });
}
