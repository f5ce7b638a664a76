import { groupAt, servicesOf, staysUp, type LintRule } from '../lint-rule.js';

/** Tags by which fabio and traefik find what they lead to. */
const ROUTES = /^(urlprefix-|traefik\.)/;

export const shutdownDelay: LintRule = {
  id: 'shutdown-delay',
  why: 'a proxy goes on to send requests for a moment after an instance was told to end: with shutdown_delay = "2s" in the group Nomad takes it out of the catalogue first, and waits',
  look: (job) =>
    staysUp(job)
      ? job.TaskGroups.flatMap((group) => {
          const isRouted = servicesOf(group).some(({ service }) => service.Tags?.some((tag) => ROUTES.test(tag)));
          const waits = Boolean(group.ShutdownDelay) || group.Tasks.some(({ ShutdownDelay }) => Boolean(ShutdownDelay));
          return isRouted && !waits
            ? [{ at: [groupAt(group)], what: `group ${group.Name} is behind a proxy and has no shutdown_delay` }]
            : [];
        })
      : [],
};
