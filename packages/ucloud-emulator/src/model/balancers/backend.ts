import { choice, integer, required, withDefault } from '../../params/param.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';
import type { Backend, Listener } from '../../records/load-balancer.js';
import type { Scope } from '../../scope/scope.js';

/** What can be changed of a backend. Absent ones stay. */
export const backendAttributes = {
  Port: integer({ min: 1, max: 65_535 }),
  Weight: integer({ min: 0, max: 100 }),
  Enabled: integer({ min: 0, max: 1 }),
  IsBackup: integer({ min: 0, max: 1 }),
};

export const backendParams = {
  ...backendAttributes,
  ResourceType: required(choice('UHost')),
  ResourceId: neededId(),
  Port: withDefault(backendAttributes.Port, 80),
};

interface AskedAttributes {
  readonly Port?: number | undefined;
  readonly Weight?: number | undefined;
  readonly Enabled?: number | undefined;
  readonly IsBackup?: number | undefined;
}

export interface AskedBackend extends AskedAttributes {
  readonly ResourceType: string;
  readonly ResourceId: string;
  readonly Port: number;
}

/** @throws Refusal for what the listener has already, or can not lead to. */
export function addBackend(scope: Scope, listener: Listener, asked: AskedBackend): Backend {
  const { ResourceType, ResourceId, Port } = asked;
  scope.need('host', ResourceId);
  const present = scope.owned('backend', listener.id).some((backend) => backend.resource === ResourceId && backend.port === Port);
  if (present) throw new Refusal(retCodes.backendPresent, `[${ResourceId}] port ${Port} is a backend of [${listener.id}] already`);
  checkPort(listener, Port);
  return scope.put('backend', {
    ...scope.create('backend'),
    ...{ ulb: listener.ulb, listener: listener.id, resourceType: ResourceType, resource: ResourceId, port: Port },
    ...attributesOf(asked),
  });
}

/** A backend of this load balancer. @throws Refusal */
export function needBackend(scope: Scope, ulb: string, id: string): Backend {
  const backend = scope.need('backend', id);
  if (backend.ulb !== ulb) throw new Refusal(retCodes.paramInvalid, `Params [BackendId] not valid: ${id} is not of ${ulb}`);
  return backend;
}

/** @throws Refusal */
export function changeBackend(scope: Scope, backend: Backend, asked: AskedAttributes): void {
  const listener = scope.find('listener', backend.listener);
  if (listener && asked.Port !== undefined && asked.Port !== backend.port) checkPort(listener, asked.Port);
  scope.put('backend', { ...backend, port: asked.Port ?? backend.port, ...attributesOf(asked) });
}

function checkPort({ listenType, port }: Listener, wanted: number): void {
  if (listenType === 'PacketsTransmit' && wanted !== port)
    throw new Refusal(retCodes.backendPortDiffers, `With PacketsTransmit the port must be that of the listener, ${port}`);
}

function attributesOf({ Weight, Enabled, IsBackup }: AskedAttributes): Pick<Backend, 'weight' | 'enabled' | 'isBackup'> {
  return {
    ...(Weight === undefined ? {} : { weight: Weight }),
    ...(Enabled === undefined ? {} : { enabled: Enabled === 1 }),
    ...(IsBackup === undefined ? {} : { isBackup: IsBackup === 1 }),
  };
}
