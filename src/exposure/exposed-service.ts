import { exposedJobWords } from './expose-words.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { JobSpec, ServiceSpec } from '../clients/nomad-job-model.js';
import { didYouMean } from '@nomadctl/base/suggest';

/** What of a job can be exposed: a port with a service in Consul. */
export interface ExposedService {
  /** Label of the port. */
  readonly port: string;
  readonly service: string;
  /** As its own check asks it. */
  readonly protocol: 'tcp' | 'http';
  /** It takes connections of the mesh alone. */
  readonly isMeshed: boolean;
}

/**
 * The service behind a port of a job; without a label, that of the only port that has one.
 * @throws UsageError `port-unknown`, `port-missing`, or `not-exposable` with what to do instead
 */
export function exposedService(job: JobSpec, label: string | undefined): ExposedService {
  const all = servicesOf(job);
  const labels = [...new Set(all.map(({ PortLabel = '' }) => PortLabel))].filter((port) => port !== '');
  if (labels.length === 0)
    throw new UsageError(`job ${job.ID} has no port with a service`, {
      code: 'not-exposable',
      why: 'the ingress finds instances by a service in Consul: a service block with a port and a check',
      next: nomadctl`job new service`,
    });
  if (label === undefined && labels.length > 1)
    throw new UsageError(`job ${job.ID} has several ports`, {
      code: 'port-missing',
      why: `its services are at ${labels.join(', ')}`,
      next: nomadctl`job expose ${exposedJobWords({ job: job.ID, namespace: job.Namespace ?? 'default' })} --port ${labels[0] ?? ''}`,
    });
  const port = label ?? labels[0] ?? '';
  const service = all.find(({ PortLabel }) => PortLabel === port);
  if (!service)
    throw new UsageError(`job ${job.ID} has no service at port "${port}"${didYouMean(port, labels)}`, {
      code: 'port-unknown',
      why: `its services are at ${labels.join(', ')}`,
      next: nomadctl`job expose ${exposedJobWords({ job: job.ID, namespace: job.Namespace ?? 'default' })} --port ${labels[0] ?? ''}`,
    });
  const refused = refusalOf(service);
  if (refused !== undefined)
    throw new UsageError(`service ${service.Name} of job ${job.ID} cannot be exposed`, { code: 'not-exposable', ...refused });
  const isMeshed = Boolean(service.Connect?.Native || service.Connect?.SidecarService);
  return { port, service: service.Name, protocol: (service.Checks ?? []).some(({ Type }) => Type === 'http') ? 'http' : 'tcp', isMeshed };
}

function servicesOf({ TaskGroups }: JobSpec): ServiceSpec[] {
  return TaskGroups.flatMap(({ Services, Tasks }) => [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])]);
}

function refusalOf({ Name, Provider }: ServiceSpec): { why: string; next: ReturnType<typeof hint> } | undefined {
  if (Provider === 'nomad')
    return { why: 'it is registered with Nomad, and the ingress asks Consul', next: hint`provider = "consul" in its service block` };
  if (Name.includes('${')) return { why: 'its name differs by node or allocation', next: hint`a service with one name for all instances` };
  return undefined;
}
