import type { FleetAgent } from './fleet.js';

/** Nomad's connection to Consul goes on with the certificate of its start, where Consul asks for one. */
export function takesCertificates(
  { program }: Pick<FleetAgent, 'program'>,
  { clientCertificates }: { readonly clientCertificates: boolean },
): boolean {
  return program !== 'nomad' || !clientCertificates;
}
