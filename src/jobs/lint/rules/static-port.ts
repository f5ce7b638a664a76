import { groupAt, type LintRule } from '../lint-rule.js';

/** Networks of their own have all ports to themselves; only what they give outside is the host's. */
export const staticPort: LintRule = {
  id: 'static-port',
  why: 'clients of a cluster on this computer share it, so one allocation has the port and every other fails; leave static out, or listen on ${meta.address} and say so in the service',
  look: ({ TaskGroups, Type }) =>
    TaskGroups.flatMap((group) => {
      // A group that listens on its client's own address has the port on each of them.
      if ((group.Count < 2 && Type !== 'system') || JSON.stringify(group).includes('meta.address')) return [];
      return (group.Networks ?? []).flatMap(({ ReservedPorts }) =>
        (ReservedPorts ?? []).map(({ Label, Value }) => ({
          at: [groupAt(group), 'network', `port "${Label}"`],
          what: `port ${Label} of group ${group.Name} is ${Value ?? 0} on every client`,
        })),
      );
    }),
};
