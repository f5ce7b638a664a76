import { deleteNamespace, deleteNamespaceRights } from '../../security/access/namespaces.js';
import { removeVariables } from '../../tenants/passwords.js';
import { refuseForeignNamespace } from '../../tenants/tenant-namespace.js';
import { defineStep } from '../../tenants/tenant-subject.js';

/** With passwords, keys, tokens, policies and roles; in Nomad first, which refuses while something is there. */
export const removeTenantNamespace = defineStep({
  id: 'remove-tenant-namespace',
  title: 'Removing its namespace, passwords, tokens and keys',
  async run({ connection, tenants: { operation, store, writeRights, isEnforced }, signal }) {
    const { tenant } = operation;
    await refuseForeignNamespace(connection, tenant, signal);
    await removeVariables(connection, tenant, signal);
    await deleteNamespace(connection, tenant, signal);
    const written = isEnforced ? await deleteNamespaceRights(connection, tenant, { signal, write: writeRights }) : [];
    await store.remove(`${tenant}/`, { recurse: true, signal });
    return { detail: written.join(', ') };
  },
});
