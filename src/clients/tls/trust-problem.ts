import { ApiError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { AgentEndpoint } from '../agent-endpoint.js';

/** Whom a request was for. */
export interface Asked extends Pick<AgentEndpoint, 'url' | 'ca'> {
  /** `Nomad`, `Consul`. */
  readonly name: string;
}

interface Problem {
  /** Ends the sentence that begins with the address. */
  readonly what: string;
  readonly why: string;
  readonly next: Hint;
}

/**
 * What Node says when TLS comes to nothing, by its codes: those of OpenSSL's verification
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes), of names, of the protocol, and of alerts.
 */
const PROBLEMS: Readonly<Record<string, (asked: Asked) => Problem>> = {
  CERT_HAS_EXPIRED: () => ({
    what: 'shows a certificate that has ended',
    why: 'it, or the authority that signed it, was made for a time that is over; or the clock of this computer is ahead',
    next: hint`${shell`date`} && ${nomadctl`up`}   once that is right`,
  }),
  CERT_NOT_YET_VALID: () => ({
    what: 'shows a certificate that does not hold yet',
    why: 'it was made by a clock that was ahead, or the clock of this computer is behind',
    next: hint`${shell`date`} && ${nomadctl`up`}   once that is right`,
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: () => ({
    what: 'shows a certificate of somebody else',
    why: 'it names other addresses',
    next: nomadctl`doctor`,
  }),
  EPROTO: () => ({ what: 'does not speak TLS as we do', why: 'something else listens there', next: nomadctl`doctor` }),
  ERR_SSL_WRONG_VERSION_NUMBER: () => ({ what: 'speaks no TLS', why: 'something else listens there', next: nomadctl`doctor` }),
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: () => ({
    what: 'wants a certificate of whoever asks',
    why: 'the cluster was brought up with client certificates, and none is kept here',
    next: nomadctl`up`,
  }),
};

const ALIENS = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
];

function alien({ ca }: Asked): Problem {
  const file = ca?.file;
  return {
    what: 'is not whom we trust',
    why: `its certificate was signed by another authority${file === undefined ? '' : ` than ${file}`}`,
    next:
      file === undefined
        ? nomadctl`doctor`
        : hint`${nomadctl`up`}   makes anew what is not whole, and says which file is another cluster's`,
  };
}

/** Why a connection is not trusted, for an error of TLS; nothing for any other. The code is `api-untrusted`. */
export function trustProblem(asked: Asked, error: unknown): ApiError | undefined {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  const describe = ALIENS.includes(code) ? alien : PROBLEMS[code];
  if (describe === undefined) return undefined;
  const { what, why, next } = describe(asked);
  return new ApiError(`${asked.url} (${asked.name}) ${what}`, {
    code: 'api-untrusted',
    why: `${why} (${reasonOf(error)})`,
    next,
    cause: error,
    details: { tls: code },
  });
}
