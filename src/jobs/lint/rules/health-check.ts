import { servicesOf, staysUp, type LintRule } from '../lint-rule.js';

/** What is in the mesh is another matter: it may be there to connect alone, and a check from outside has no certificate. */
export const healthCheck: LintRule = {
  id: 'health-check',
  why: 'whoever looks the service up gets instances that do not answer, and a deployment takes a task for healthy that only runs; add a check block',
  look: (job) =>
    staysUp(job)
      ? job.TaskGroups.flatMap((group) =>
          servicesOf(group)
            .filter(({ service: { Checks, Connect } }) => !Checks?.length && !Connect)
            .map(({ service, at }) => ({ at, what: `service ${service.Name} has no health check` })),
        )
      : [],
};
