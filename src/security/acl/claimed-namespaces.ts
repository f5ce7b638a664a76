import type { NomadNamespace } from '../../clients/acl/nomad-acl-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { ServiceClaim } from './binding-rules.js';

/** In Nomad, so that what Consul has can be written again from there. */
const SERVICES = 'nomadctl-services';

/** What a namespace says of the services that are its own; nothing of one that somebody made without us. */
export function claimOf({ Name, Meta }: NomadNamespace): ServiceClaim | undefined {
  const services = Meta?.[SERVICES];
  if (services === undefined || Name === DEFAULT_NAMESPACE) return undefined;
  return { namespace: Name, services: services.split(',').filter((name) => name !== '') };
}

/** The namespace with that said, and all else as it was. */
export function withClaim(namespace: NomadNamespace, services: readonly string[]): NomadNamespace {
  return { ...namespace, Meta: { ...namespace.Meta, [SERVICES]: services.join(',') } };
}
