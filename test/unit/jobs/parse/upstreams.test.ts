import { expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/clients/nomad-job-model.js';
import { upstreamsOf } from '../../../../src/jobs/parse/upstreams.js';

const upstreams = (...names: string[]) => ({
  SidecarService: { Proxy: { Upstreams: names.map((DestinationName) => ({ DestinationName })) } },
});

it('finds whom the sidecars of a job connect to, each pair once', () => {
  const spec = {
    TaskGroups: [
      {
        Services: [{ Name: 'web', Connect: upstreams('redis', 'mail') }, { Name: 'plain' }, { Name: 'native', Connect: { Native: true } }],
      },
      {
        Services: [
          { Name: 'web', Connect: upstreams('redis') },
          { Name: 'bare', Connect: { SidecarService: { Proxy: null } } },
        ],
      },
      { Services: null },
    ],
  };
  expect(upstreamsOf(spec as unknown as JobSpec)).toEqual([
    { source: 'web', destination: 'redis' },
    { source: 'web', destination: 'mail' },
  ]);
});
