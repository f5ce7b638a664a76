import { defineAction } from '../action.js';
import { checkPassword, neededId, password, zone } from '../../params/shared-params.js';
import { changedMachine, passwordHash } from '../../model/host-machine.js';
import { needState } from '../../model/host-states.js';
import { required } from '../../params/param.js';

export const resetUhostInstancePassword = defineAction({
  name: 'ResetUHostInstancePassword',
  summary: 'Sets the root password of a stopped host.',
  params: { UHostId: neededId(), Password: required(password()), Zone: zone() },
  handle({ UHostId, Password }, scope) {
    const host = scope.need('host', UHostId);
    checkPassword(Password);
    needState(host, 'Stopped');
    if (scope.machines.real) scope.put('host', { ...host, ...changedMachine(host, { passwordHash: passwordHash(Password) }) });
    return { UHostId };
  },
});
