import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { isFree, removeEip, unbindEip } from '../../model/eip.js';
import { leaseAddress } from '../../model/subnet-holders.js';
import { boolean, integer } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';
import type { Scope } from '../../scope/scope.js';

const ENDED = ['Stopped', 'Install Fail', 'ResizeFail'];

export const terminateUhostInstance = defineAction({
  name: 'TerminateUHostInstance',
  summary: 'Deletes a stopped host. Its address stays taken for about ten minutes.',
  params: { UHostId: neededId(), Zone: zone(), ReleaseEIP: boolean(), ReleaseUDisk: boolean(), Destroy: integer({ min: 0, max: 1 }) },
  handle({ UHostId, ReleaseEIP = false, ReleaseUDisk = false }, scope) {
    const host = scope.need('host', UHostId);
    if (!ENDED.includes(host.state)) throw new Refusal(retCodes.hostRunning, `UHost [${UHostId}] is ${host.state}, must be Stopped`);
    for (const eip of scope.owned('eip', UHostId)) {
      if (ReleaseEIP) removeEip(scope, eip.id);
      else if (!isFree(eip)) unbindEip(scope, eip);
    }
    for (const disk of scope.owned('disk', UHostId)) {
      if (ReleaseUDisk || disk.isBoot) scope.remove('disk', disk.id);
      else scope.put('disk', { ...disk, host: '', device: '', status: 'Available', pending: [] });
    }
    leaveOthers(scope, UHostId);
    for (const ip of [host.ip, ...(host.secondaryIps ?? [])]) leaseAddress(scope, { subnet: host.subnet, ip });
    scope.remove('host', UHostId);
    return { UHostId, InRecycle: 'No' };
  },
});

/** Network interfaces leave a host that is gone; load balancers and NAT gateways forget it. */
function leaveOthers(scope: Scope, host: string): void {
  for (const card of scope.select('networkInterface', { host })) scope.put('networkInterface', { ...card, host: '' });
  for (const backend of scope.select('backend', { resource: host })) scope.remove('backend', backend.id);
  for (const gateway of scope.list('natGateway').filter(({ whiteList }) => whiteList.includes(host))) {
    scope.put('natGateway', { ...gateway, whiteList: gateway.whiteList.filter((resource) => resource !== host) });
  }
}
