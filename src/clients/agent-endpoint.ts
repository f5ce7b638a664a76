import type { Duplex } from 'node:stream';
import type { Secret } from '@nomadctl/base/secret/secret';

declare const fromTheDoor: unique symbol;

/**
 * The address and the credentials of one agent's HTTP API. Only `cluster/reach.ts` makes one: a bare address could carry
 * neither token nor certificate.
 */
export interface AgentEndpoint {
  readonly [fromTheDoor]: true;
  /** Base URL without a trailing slash, such as `http://127.0.64.1:4646`; programs and people are told it, too. */
  readonly url: string;
  /** ACL token, where the cluster has ACLs. */
  readonly token?: Secret;
  /** Who must have signed the agent's certificate; without it, whom this computer trusts. */
  readonly ca?: TrustedCa;
  /** By what the agent knows whoever asks, where it wants more than a token. */
  readonly identity?: ClientIdentity;
  /** The name in the certificate, where it differs from the host in the URL. */
  readonly serverName?: string;
  /** Opens a connection to the agent where there is no direct way, such as through another host. */
  readonly connect?: () => Duplex;
  /** Something stands at the URL that takes connections whether the agent runs or not: only an answer tells. */
  readonly relayed?: true;
  /** Whose jobs are meant; Nomad's `default` without it. Nomad only. */
  readonly namespace?: string;
}

/** A certificate of ours and its key. */
export interface ClientIdentity {
  /** PEM. */
  readonly certificate: string;
  /** PKCS #8 in PEM. */
  readonly key: Secret;
  /** Where both lie, for programs that are given paths. */
  readonly files: { readonly certificate: string; readonly key: string };
}

/** A certificate authority of a cluster's own. */
export interface TrustedCa {
  readonly pem: string;
  /** Where it lies, for programs that are given a path. */
  readonly file: string;
}
