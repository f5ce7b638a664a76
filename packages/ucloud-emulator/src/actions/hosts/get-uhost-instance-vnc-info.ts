import { createHash } from 'node:crypto';
import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState } from '../../model/host-states.js';

const FIRST_PORT = 5900;
const PORTS = 1000;

export const getUhostInstanceVncInfo = defineAction({
  name: 'GetUHostInstanceVncInfo',
  summary: 'How to reach the screen of a running host: the same for each host as long as it lives. Nothing listens there.',
  params: { UHostId: neededId(), Zone: zone() },
  handle({ UHostId }, scope) {
    needState(scope.need('host', UHostId), 'Running');
    const digest = createHash('sha256').update(`vnc/${UHostId}`).digest();
    return {
      UHostId,
      VncIP: '127.0.0.1',
      VncPort: FIRST_PORT + (digest.readUInt16BE() % PORTS),
      VncPassword: digest.toString('hex').slice(0, 8),
    };
  },
});
