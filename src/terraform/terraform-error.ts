import { meaningOf, refusalError } from '../clients/ucloud/ret-codes.js';
import { LockedError, PrerequisiteError, ToolError, type NomadctlError } from '@nomadctl/base/errors';
import { firstCommand, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { isLockError, lockIn } from './lock-patience.js';
import { shownAddress, type Diagnostic, type Gathered } from './plan-stream.js';
import { refusalIn } from './trouble.js';

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
  if (isLockError(first)) return stateLocked(first, run);
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
    ],
    next: nextAfter(known, run),
    details: { addresses: errors.flatMap(({ address }) => address ?? []), ...(refusal ? { retCode: refusal.retCode } : {}) },
  });
}

function meaningIn({ retCode }: { readonly retCode: number }): string {
  const says = meaningOf(retCode)?.says;
  return says === undefined ? '' : ` (${says})`;
}

/**
 * What the account lacks is got before the command that continues. `init` alone asks for all anew; what was begun goes on by
 * itself.
 */
function nextAfter(known: NomadctlError | undefined, run: FailedRun): Hint {
  if (known?.next === undefined) return run.next;
  const words = firstCommand(known.next);
  if (words === undefined) return known instanceof PrerequisiteError ? hint`${known.next}, then ${run.next}` : run.next;
  return known.next.parts.length === 1 && words.join(' ') === 'init' ? run.next : known.next;
}

function linesOf({ summary, detail = '' }: Diagnostic): string[] {
  const lines = `${summary}\n${detail}`.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^\[?server\.RetCodeError/.test(line)).slice(0, 8);
}

/** Terraform tells who holds the lock: `Who: root@host`, `Created: ...`; nothing where one that was taken away may not be taken yet. */
function stateLocked(error: Diagnostic, { next }: FailedRun): LockedError {
  const lock = lockIn(error);
  const path = /^\W*Path:\s*(\S.*)$/m.exec(error.detail ?? '')?.[1]?.trim() ?? 'its place';
  const whose =
    lock === undefined
      ? 'the lock of the state cannot be taken'
      : `another terraform holds the state, of ${lock.who} since ${lock.created}`;
  return new LockedError(whose, {
    code: 'terraform-locked',
    why: lock === undefined ? 'nobody is said to hold it' : `it is doing "${lock.operation}" in ${path}`,
    next: hint`${next}, once it has ended; where it has ended without giving the lock back: ${nomadctl`state unlock`}`,
    details: lock === undefined ? {} : { lock },
  });
}

function unexplained(said: readonly string[], { what, exitCode, outputFile, next }: FailedRun): ToolError {
  return new ToolError(`terraform could not ${what}: it ended with ${exitCode}`, {
    code: 'terraform-failed',
    why: [...said.slice(-8), `all that it said is in ${outputFile}`],
    next,
  });
}
