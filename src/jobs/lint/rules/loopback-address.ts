import { servicesOf, type LintRule } from '../lint-rule.js';

export const loopbackAddress: LintRule = {
  id: 'loopback-address',
  why: 'everybody who looks the service up finds his own loopback there, and not this task; leave address out, or say address = "${meta.address}"',
  look: ({ TaskGroups }) =>
    TaskGroups.flatMap((group) =>
      servicesOf(group)
        .filter(({ service }) => /^(127\.|localhost$|::1$)/.test(service.Address ?? ''))
        .map(({ service, at }) => ({
          at: [...at.slice(0, -1), `address = "${service.Address ?? ''}"`],
          what: `service ${service.Name} is registered at ${service.Address ?? ''}`,
        })),
    ),
};
