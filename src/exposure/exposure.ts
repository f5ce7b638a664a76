/** Who reaches it: everybody, the cluster's networks, or programs of this computer. */
export type Reach = 'public' | 'inner' | 'here';

/** A port of a job that is reached at an address which stays the same, wherever its instances run. JSON-safe: it is journalled. */
export interface Exposure {
  readonly job: string;
  readonly namespace: string;
  /** Label of the port in the job. */
  readonly port: string;
  /** Its service in Consul, whose healthy instances answer. */
  readonly service: string;
  /** Of the mesh: the ingress reaches it as a service that an intention allows. */
  readonly isMeshed?: true;
  readonly reach: Reach;
  /** The port of the address. */
  readonly listen: number;
  readonly protocol: 'tcp' | 'http';
  /** Of HTTP: only requests for this host, and below this path. */
  readonly host?: string;
  readonly path?: string;
  /** Who may come, as ranges of addresses; of public ones alone. */
  readonly from?: readonly string[];
  /** TLS ends before the job. */
  readonly certificate?: ShownCertificate;
}

/** What a client is shown. The key to it is in no state. */
export interface ShownCertificate {
  /** The cluster's own authority, or a file of the user's. */
  readonly by: 'cluster' | 'file';
  /** PEM: the certificate, and what leads from it to its authority. */
  readonly certificate: string;
  readonly chain: string;
  /** Of the certificate, SHA-256 in lower-case hex. */
  readonly fingerprint: string;
}

/** Everything of a cluster that is exposed, as its journal keeps it. */
export interface Exposed {
  readonly exposures: readonly Exposure[];
  /**
   * Ports of clients at which the ingress listens, by listener: see `listenerOf`; and those at which it has services of the mesh: see
   * `upstreamOf`. They stay as long as those do.
   */
  readonly gates: Readonly<Record<string, number>>;
  /** Fingerprints of certificates whose keys the place in front has. */
  readonly held?: readonly string[];
  /** Those that were written down and are not known to be served, by `portKey`: a run is at work, or did not come to its end. */
  readonly unserved?: readonly string[];
  /** What is to be no more, until everything that it had is taken back. */
  readonly closing?: readonly Exposure[];
  /** Where each reach is, once that is known. */
  readonly addresses: Readonly<Partial<Record<Reach, string>>>;
}

/** What plans of every target hand on about it. */
export interface ExposureState {
  readonly exposed: Exposed;
}

export const nothingExposed: Exposed = { exposures: [], gates: {}, held: [], addresses: {} };

/** What several exposures may share: a port of an address. */
export function listenerOf({ reach, listen }: Pick<Exposure, 'reach' | 'listen'>): string {
  return `${reach}-${listen}`;
}

/** By what a service of the mesh has a port: several exposures may share it. */
export function upstreamOf({ service }: Pick<Exposure, 'service'>): string {
  return `mesh-${service}`;
}

/** Names a port of a job. */
export function portKey({ namespace, job, port }: Pick<Exposure, 'job' | 'namespace' | 'port'>): string {
  return `${namespace} ${job} ${port}`;
}

/** Whether it was served when the last run over it ended. */
export function isServed({ unserved = [] }: Exposed, exposure: Exposure): boolean {
  return !unserved.includes(portKey(exposure));
}

/** Whether both are about the same port of the same job: a job's port is exposed once. */
export function isSamePort(
  one: Pick<Exposure, 'job' | 'namespace' | 'port'>,
  other: Pick<Exposure, 'job' | 'namespace' | 'port'>,
): boolean {
  return portKey(one) === portKey(other);
}

/** What a client types: `https://shop.example:8443/cart`, `tcp://192.0.2.7:5432`; the address is that of the reach, or `<address>`. */
export function urlOf(exposure: Exposure, addresses: Exposed['addresses']): string {
  const { protocol, listen, host, path = '', certificate, reach } = exposure;
  const scheme = certificate ? 'https' : protocol;
  const usual = { https: 443, http: 80, tcp: 0 }[scheme];
  return `${scheme}://${host ?? addresses[reach] ?? '<address>'}${listen === usual ? '' : `:${listen}`}${path}`;
}

/** For people: the address of a host's name has to be said besides. */
export function exposureLine(exposure: Exposure, addresses: Exposed['addresses']): string {
  const { host, reach, from = [], certificate } = exposure;
  const address = addresses[reach];
  return [
    urlOf(exposure, addresses),
    ...(host === undefined ? [] : [`at ${address ?? 'an address that is not there yet'}`]),
    {
      public: from.length === 0 ? 'public' : `public, for ${from.join(', ')}`,
      inner: "for the cluster's networks",
      here: 'on this computer',
    }[reach],
    ...(certificate ? [certificate.by === 'cluster' ? "certificate of the cluster's authority" : 'certificate of a file'] : []),
  ].join(' · ');
}
