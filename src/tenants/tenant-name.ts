import { UsageError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';

/** Names that mean something else in a cluster: everybody's namespace, and whose keys in Consul are not a tenant's. */
const RESERVED = ['default', 'nomadctl', 'nomadctl-tenants'];

/** What a tenant may be called; it stands in names of services, which have 63 characters, and of volumes. */
export const TENANT_NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,29}$/;

/** @throws UsageError `tenant-name-invalid` */
export function tenantName(name: string): string {
  if (!TENANT_NAME.test(name)) {
    throw new UsageError(`"${name}" can be no tenant`, {
      code: 'tenant-name-invalid',
      why: 'its namespace, services and volumes are called after it: lower case letters, digits and single dashes, a letter first, 30 at the most',
      next: suggestion(name),
    });
  }
  if (!RESERVED.includes(name)) return name;
  throw new UsageError(`"${name}" can be no tenant`, {
    code: 'tenant-name-invalid',
    why: `the cluster itself uses ${RESERVED.join(', ')}`,
    next: hint`choose another name, such as ${`${name}-1`}`,
  });
}

function suggestion(name: string) {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 30);
  return hint`choose another name, such as ${TENANT_NAME.test(plain) ? plain : 'shop'}`;
}
