import { defineAction } from '../action.js';
import { charge, id, name, remark, tag } from '../../params/shared-params.js';
import { allocateEip as allocate, eipParams } from '../../model/eip.js';
import { integer, withDefault } from '../../params/param.js';

export const allocateEip = defineAction({
  name: 'AllocateEIP',
  summary: 'Allocates public addresses.',
  params: {
    ...eipParams,
    ...charge,
    Name: name(),
    Tag: tag(),
    Remark: remark(),
    ShareBandwidthId: id(),
    Count: withDefault(integer({ min: 1, max: 20 }), 1),
  },
  handle({ Count, ...asked }, scope) {
    const eips = Array.from({ length: Count }, () => allocate(scope, asked));
    return { EIPSet: eips.map(({ id: EIPId, ip, operator }) => ({ EIPId, EIPAddr: [{ IP: ip, OperatorName: operator }] })) };
  },
});
