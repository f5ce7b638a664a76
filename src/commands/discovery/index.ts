import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'plan', summary: 'what would be deployed where, and whether it fits', load: () => import('./plan.js') },
    { name: 'up', summary: 'deploy services and balancers, or bring them back to what was asked for', load: () => import('./up.js') },
    { name: 'status', summary: 'what Consul calls healthy, beside what each balancer serves', load: () => import('./status.js') },
    { name: 'scale', summary: 'set the number of instances of a service, and see the balancers follow', load: () => import('./scale.js') },
    {
      name: 'test',
      summary: 'prove it with requests: every instance answers, balancers follow, none fails',
      load: () => import('./test.js'),
    },
    { name: 'down', summary: 'stop and forget all of it', load: () => import('./down.js') },
  ],
};
