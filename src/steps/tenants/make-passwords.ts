import { defineStep } from '../../tenants/tenant-subject.js';
import { ensurePassword } from '../../tenants/passwords.js';

export const makePasswords = defineStep({
  id: 'make-passwords',
  title: 'Making its passwords',
  async run({ connection, tenants: { operation, template }, signal, redact }) {
    const parts = (template?.jobs ?? []).filter(({ part }) => part.password);
    for (const { part } of parts) await ensurePassword(connection, { tenant: operation.tenant, job: part.job }, { signal, redact });
    return { detail: parts.length === 0 ? 'none needed' : parts.map(({ part }) => part.job).join(', ') };
  },
});
