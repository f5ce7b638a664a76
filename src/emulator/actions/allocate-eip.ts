import { defineAction } from '../action.js';
import { charge, id, name, remark, tag } from '../given.js';
import { allocateEip as allocate } from '../model/eip.js';
import { choice, integer, required, text, withDefault } from '../param.js';

export const allocateEip = defineAction({
  name: 'AllocateEIP',
  summary: 'Allocates public addresses.',
  params: {
    OperatorName: required(text({ min: 1, max: 30, example: 'Bgp' })),
    Bandwidth: required(integer({ min: 0, max: 10_000 })),
    PayMode: withDefault(choice('Bandwidth', 'Traffic', 'ShareBandwidth', 'PostAccurateBandwidth'), 'Bandwidth'),
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
