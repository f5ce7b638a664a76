import { OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/** Failures of a host that has not booted yet, or whose first boot is at work: worth another try. */
const PASSING: readonly string[] = ['host-silent', 'host-refused'];

/** Whether a later try may get further. */
export function mayPass(error: unknown): boolean {
  return error instanceof OutcomeError && PASSING.includes(error.code);
}

/**
 * What a connection failed for, by what ssh says of it (OpenSSH 7 to 10).
 * `host-key-changed`: the host has another key than the one that is known. `host-refused`: it does not take the cluster's key.
 * `host-silent`: it does not answer, or hung up.
 */
export function connectionFailure(name: string, said: string): OutcomeError {
  const why = said
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('@'))
    .slice(-3);
  if (/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/i.test(said)) {
    return new OutcomeError(`${name} has another SSH key than the one that is known of it`, {
      code: 'host-key-changed',
      why: ['somebody else may be in between, so nothing was sent', ...why],
      next: hint`find out why; a host that cannot be trusted is made anew: ${nomadctl`up --replace-host ${name}`}`,
    });
  }
  if (/Permission denied|Too many authentication failures/i.test(said)) {
    return new OutcomeError(`${name} does not let nomadctl in`, {
      code: 'host-refused',
      why: ["it does not take the cluster's SSH key", ...why],
      next: nomadctl`up --replace-host ${name}`,
    });
  }
  return new OutcomeError(`${name} does not answer over SSH`, {
    code: 'host-silent',
    why: why.length > 0 ? why : 'the connection ended',
    next: nomadctl`status`,
  });
}
