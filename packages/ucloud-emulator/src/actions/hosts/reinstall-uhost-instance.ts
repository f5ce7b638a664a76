import { defineAction } from '../action.js';
import { checkUserData, id, neededId, password, userData, zone } from '../../params/shared-params.js';
import { checkLogin, reinstalledMachine, withLogin } from '../../model/host-machine.js';
import { installing, needState } from '../../model/host-states.js';
import { needImage } from '../../model/image.js';
import { choice, withDefault } from '../../params/param.js';
import { invalid, Refusal, retCodes } from '../../params/refusal.js';

export const reinstallUhostInstance = defineAction({
  name: 'ReinstallUHostInstance',
  summary: 'Puts an image on a stopped host anew, and starts it.',
  params: {
    UHostId: neededId(),
    ImageId: id(),
    Password: password(),
    LoginMode: withDefault(choice('Password', 'KeyPair', 'ImagePasswd'), 'Password'),
    KeyPairId: id(),
    UserData: userData(),
    ReserveDisk: choice('Yes', 'No'),
    Zone: zone(),
  },
  handle({ UHostId, ImageId, Password, LoginMode, KeyPairId, UserData }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Stopped', 'Install Fail');
    const login = { LoginMode, Password, KeyPairId };
    // Who does not say how to log in goes on as before.
    const keeps = Password === undefined && LoginMode === 'Password';
    if (!keeps) checkLogin(scope, login);
    checkUserData(UserData);
    const image = ImageId === undefined ? undefined : needImage(ImageId, scope);
    if (image && image.osType !== host.image.osType) throw invalid('ImageId', `${image.osType} can not follow ${host.image.osType}`);
    const noImage = scope.machines.image((image ?? host.image).osName);
    if (noImage !== undefined) throw new Refusal(retCodes.imageUnusable, `The image can not run on this computer: ${noImage}`);
    const { id: imageId, baseId, baseName, osType, osName } = image ?? host.image;
    const cloudInit = image?.features.includes('CloudInit') ?? host.image.cloudInit;
    const before = keeps ? host : withLogin(scope, host, login);
    const fresh = {
      ...before,
      image: { id: imageId, baseId, baseName, osType, osName, cloudInit },
      userData: UserData ?? host.userData,
      ...reinstalledMachine(before),
    };
    scope.put('host', installing(fresh, scope, scope.timings.reinstall));
    return { UHostId };
  },
});
