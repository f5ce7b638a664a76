import { NomadctlError } from '@nomadctl/base/errors';

/** A refusal as HTTP has it. `next` says what a customer can do: commands of operators are not for them. */
export interface Refusal {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly why: readonly string[]; readonly next: string };
}

const KNOWN: Readonly<Record<string, readonly [status: number, next: string]>> = {
  'request-invalid': [400, 'see GET /v1/openapi.json for what a request may hold'],
  'tenant-name-invalid': [400, 'choose another name'],
  'tenant-template-unknown': [400, 'name one of the templates'],
  'members-invalid': [400, 'ask for another number of members'],
  'variable-invalid': [400, 'give the variables that the template has'],
  'variable-unreadable': [400, 'give variables as an object of names and values'],
  'token-missing': [401, 'send the token as Authorization: Bearer <token>'],
  'token-unknown': [401, 'ask the operator for a new token'],
  'quota-reached': [403, 'destroy a tenant, or ask the operator for more'],
  'route-unknown': [404, 'see GET /v1/openapi.json'],
  'tenant-unknown': [404, 'GET /v1/tenants lists yours'],
  'operation-unknown': [404, 'GET /v1/tenants/{tenant} names the last operation of each'],
  'tenant-taken': [409, 'choose another name'],
  'namespace-taken': [409, 'choose another name'],
  'tenant-exists': [409, 'scale it, or destroy it first'],
  'tenant-busy': [409, 'wait until its operation has ended, and ask again'],
  'tenant-no-address': [409, 'ask again when its operation has ended'],
  'tenant-contested': [409, 'ask again'],
  'request-too-large': [413, 'send less than 64 KiB'],
  'key-reused': [422, 'give every request an Idempotency-Key of its own'],
  'api-unreachable': [503, 'ask again in a while'],
};

const UNEXPECTED = 'ask again; if it stays so, tell the operator';

/** What went wrong inside is not told to customers, but for what they can do something about. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof NomadctlError) {
    const known = KNOWN[error.code];
    if (known) {
      const [status, next] = known;
      const why = status === 503 ? [] : error.why;
      return {
        status,
        error: { code: error.code, message: status === 503 ? 'the cluster does not answer now' : error.message, why, next },
      };
    }
  }
  const message = 'the request could not be answered';
  return { status: 500, error: { code: 'unexpected', message, why: [], next: UNEXPECTED } };
}
