import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'list', summary: 'the catalogue, and what runs', load: () => import('./list.js') },
    { name: 'show', summary: 'variables, drivers and checks of a job', load: () => import('./show.js') },
    { name: 'new', summary: 'write a job file to start from', load: () => import('./new.js') },
    { name: 'render', summary: 'print the job file that a template makes', load: () => import('./render.js') },
    { name: 'lint', summary: 'what commonly hurts in a job, with the line and the reason', load: () => import('./lint/index.js') },
    { name: 'plan', summary: 'what a deploy would change, and whether it fits', load: () => import('./plan.js') },
    { name: 'deploy', summary: 'register a job and follow it until it is healthy', load: () => import('./deploy.js') },
    { name: 'status', summary: 'groups, allocations, deployment and recent events', load: () => import('./status.js') },
    { name: 'verify', summary: 'run the checks a job declares; --failover breaks it on purpose', load: () => import('./verify.js') },
    { name: 'logs', summary: "output of a job's tasks", load: () => import('./logs.js') },
    { name: 'scale', summary: 'set the count of a group', load: () => import('./scale.js') },
    { name: 'stop', summary: 'stop a job', load: () => import('./stop.js') },
    { name: 'expose', summary: 'give a port of a job an address that stays, and take it back', load: () => import('./expose.js') },
    { name: 'promote', summary: 'promote the canaries of a deployment', load: () => import('./promote.js') },
    { name: 'health', summary: 'say how allocations are, where nobody else does', load: () => import('./health.js') },
    { name: 'revert', summary: 'go back to an earlier version', load: () => import('./revert.js') },
  ],
};
