import { expect, it } from 'vitest';
import type { Job } from '../../../../src/clients/nomad-job-model.js';
import { servicesWithoutIdentity } from '../../../../src/jobs/identity/services-without-identity.js';

it('names the services that cannot log in to Consul, of groups and of tasks', () => {
  const job = {
    Stop: false,
    TaskGroups: [
      {
        Services: [
          { Name: 'old', Provider: 'consul' },
          { Name: 'new', Provider: 'consul', Identity: { Name: 'consul-service_new' } },
          { Name: 'own', Provider: 'nomad' },
        ],
        Tasks: [{ Services: [{ Name: 'older', Provider: 'consul', Identity: null }] }, { Services: null }],
      },
    ],
  };
  expect(servicesWithoutIdentity(job as unknown as Job)).toEqual(['old', 'older']);
  expect(servicesWithoutIdentity({ ...job, Stop: true } as unknown as Job)).toEqual([]);
});
