import { defineAction } from '../action.js';
import { id, neededId, password, zone } from '../../params/shared-params.js';
import { checkLogin, withLogin } from '../../model/host-machine.js';
import { needState } from '../../model/host-states.js';
import { choice, withDefault } from '../../params/param.js';

export const resetUhostInstancePassword = defineAction({
  name: 'ResetUHostInstancePassword',
  summary: 'Sets how root logs in to a stopped host: by another password, or by a key pair.',
  params: {
    UHostId: neededId(),
    Password: password(),
    LoginMode: withDefault(choice('Password', 'KeyPair'), 'Password'),
    KeyPairId: id(),
    Zone: zone(),
  },
  handle({ UHostId, ...login }, scope) {
    const host = scope.need('host', UHostId);
    checkLogin(scope, login);
    needState(host, 'Stopped');
    scope.put('host', withLogin(scope, host, login));
    return { UHostId };
  },
});
