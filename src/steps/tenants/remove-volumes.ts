import { defineStep } from '../../tenants/tenant-subject.js';
import { removeVolumes as remove } from '../../tenants/member-volumes.js';
import { membersOf } from '../../tenants/tenant-template.js';

/** Those of members that it has no more. */
export const removeSpareVolumes = defineStep({
  id: 'remove-spare-volumes',
  title: 'Removing volumes of members that are gone',
  async run({ connection, tenants: { operation, template }, clock, signal }) {
    const removed: string[] = [];
    for (const { part } of template?.jobs ?? []) {
      const beyond = { job: part.job, members: membersOf(part, operation.members) };
      removed.push(...(await remove(connection, { tenant: operation.tenant, beyond }, { clock, signal })));
    }
    return { detail: removed.join(', ') || 'none' };
  },
});

export const removeVolumes = defineStep({
  id: 'remove-volumes',
  title: 'Removing its volumes',
  async run({ connection, tenants: { operation }, clock, signal }) {
    const removed = await remove(connection, { tenant: operation.tenant }, { clock, signal });
    return { detail: removed.join(', ') || 'none' };
  },
});
