import { createNomadApi } from '../../clients/nomad-api.js';
import { defineStep } from '../../tenants/tenant-subject.js';
import { writeTenantNamespace as write, writeTenantPolicies } from '../../tenants/tenant-namespace.js';

export const writeTenantNamespace = defineStep({
  id: 'write-tenant-namespace',
  title: 'Writing its namespace, policies and role',
  async run({ connection, tenants: { operation, writeRights, isEnforced }, signal }) {
    const { tenant, template } = operation;
    const isNew = await write(connection, { tenant, template }, signal);
    if (!isEnforced) return { detail: isNew ? 'no access control here: others are not kept out' : 'as it was' };
    const [written, policies] = await Promise.all([writeRights(connection, signal), writeTenantPolicies(connection, tenant, signal)]);
    await createNomadApi(connection.nomad).acl.namespace(tenant, signal);
    return { detail: isNew || written.length + policies.length > 0 ? `namespace ${tenant}` : 'as it was' };
  },
});
