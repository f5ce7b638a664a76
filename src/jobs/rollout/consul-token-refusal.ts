import type { Allocation, TaskEvent } from '../../clients/nomad-rollout-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';

/** Why Consul gave a workload no token: Nomad passes on a bare 403, with the name of neither role nor rule. */
export interface TokenRefusal {
  /** A sentence without a full stop. */
  readonly why: string;
  readonly next: Hint;
}

/** As Nomad 1.8 to 1.11 says it (client/allocrunner/consul_hook.go), with Consul's words behind. */
const REFUSED = /failed to derive Consul token for (service|task) (\S+): ([\s\S]*)/;
const UNKNOWN_KEY = /no known key successfully validated the token signature/;
const EXPIRED = /expired|not before|iat|nbf/;
const FORBIDDEN = /403/;

/** What a setup that failed means, from Nomad's words about it. Nothing for any other failure. */
export function tokenRefusal(said: string, namespace: string): TokenRefusal | undefined {
  const [, what, name = '', because = ''] = REFUSED.exec(said) ?? [];
  if (what === undefined) return undefined;
  if (UNKNOWN_KEY.test(because))
    return {
      why: 'Consul does not know the key that Nomad signs identities with: it was changed, and Consul was not told',
      next: nomadctl`up`,
    };
  if (EXPIRED.test(because))
    return {
      why: 'for Consul the identity of this workload does not hold now: its agent was away for longer than it held, or the clocks of the nodes differ',
      next: hint`Nomad places it anew with another one; where it fails again and again, clocks differ: ${shell`date`} on each node`,
    };
  if (!FORBIDDEN.test(because)) return undefined;
  return what === 'task' ? taskRefusal(namespace) : serviceRefusal(name, namespace);
}

function taskRefusal(namespace: string): TokenRefusal {
  const why = `Consul has no role for the tasks of namespace ${namespace}`;
  if (namespace === DEFAULT_NAMESPACE) return { why, next: nomadctl`up` };
  return { why, next: nomadctl`access namespace create ${namespace}` };
}

function serviceRefusal(service: string, namespace: string): TokenRefusal {
  if (namespace === DEFAULT_NAMESPACE) {
    return {
      why: `Consul lets no job of namespace ${namespace} register a service ${service}: the name belongs to another namespace`,
      next: nomadctl`access namespace list`,
    };
  }
  const create = nomadctl`access namespace create ${namespace}`;
  if (service.startsWith(`${namespace}-`))
    return { why: `Consul knows nothing of namespace ${namespace}: it was made without what its jobs may be there`, next: create };
  return {
    why: `Consul lets a job of namespace ${namespace} register services ${namespace}-*, and ${service} is none of them`,
    next: hint`name it ${`${namespace}-${service}`}, or give the namespace that name, too: ${nomadctl`access namespace create ${namespace} --service ${service}`}`,
  };
}

/** The same for an event of an allocation. */
export function tokenRefusalIn({ Namespace }: Pick<Allocation, 'Namespace'>, event: TaskEvent): TokenRefusal | undefined {
  return tokenRefusal(event.DisplayMessage, Namespace ?? DEFAULT_NAMESPACE);
}

/** The first of what allocations failed of. */
export function firstTokenRefusal(allocations: readonly Allocation[]): TokenRefusal | undefined {
  for (const one of allocations)
    for (const { Events } of Object.values(one.TaskStates ?? {}))
      for (const event of Events ?? []) {
        const found = tokenRefusalIn(one, event);
        if (found) return found;
      }
  return undefined;
}
