import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { addBackend, backendParams } from '../../model/balancers/backend.js';
import { needListener } from '../../model/load-balancer.js';
import { integer, readParams, someOf, text } from '../../params/param.js';

const PARTS = ['ResourceId', 'ResourceType', 'Port', 'Enabled', 'PrivateIp', 'IsBackup', 'Weight'];

export const allocateBackendBatch = defineAction({
  name: 'AllocateBackendBatch',
  summary:
    'Adds hosts to a listener, each as `id|UHost|port|enabled|address|backup|weight`, of which the last five may be left out. All or none.',
  params: {
    ULBId: neededId(),
    VServerId: neededId(),
    Backends: someOf(text({ min: 1, max: 300, example: 'uhost-a|UHost|80|1|10.9.0.10|0' }), { max: 100 }),
    ApiVersion: integer({ min: 0, max: 100 }),
  },
  handle({ Backends, ...asked }, scope) {
    const listener = needListener(scope, asked);
    const added = Backends.map((line, index) => {
      const prefix = `Backends.${index}.`;
      const raw = new Map(line.split('|').map((part, place) => [prefix + (PARTS[place] ?? ''), part.trim()]));
      return addBackend(scope, listener, readParams(backendParams, raw, prefix));
    });
    return { BackendSet: added.map(({ id, resource }) => ({ BackendId: id, ResourceId: resource })) };
  },
});
