import { defineStep } from '../../tenants/tenant-subject.js';
import { ensureVolumes, type MemberVolume } from '../../tenants/member-volumes.js';
import { membersOf } from '../../tenants/tenant-template.js';

export const makeVolumes = defineStep({
  id: 'make-volumes',
  title: 'Making its volumes',
  provides: ['volumes'],
  async run({ connection, tenants: { operation, template }, clock, signal }) {
    const volumes: Record<string, readonly MemberVolume[]> = {};
    for (const { part } of template?.jobs ?? []) {
      if (!part.volume) continue;
      const wanted = { tenant: operation.tenant, job: part.job, members: membersOf(part, operation.members) };
      volumes[part.job] = await ensureVolumes(connection, wanted, { clock, signal });
    }
    return {
      state: { volumes },
      detail:
        Object.values(volumes)
          .flatMap((all) => all.map(({ name }) => name))
          .join(', ') || 'none needed',
    };
  },
});
