import { expect, it } from 'vitest';
import { afterSetting } from '../../../../src/targets/ucloud/after-setting.js';

it.each([['fileServer'], ['registryMirrors'], ['versions.nomad'], ['privateBuilds'], ['clients', 'baseImage']])(
  'images are built before hosts have another %s %s',
  (...keys) => {
    expect(afterSetting('prod', keys.filter(Boolean))).toEqual('nomadctl build-images --cluster prod');
  },
);

it('what hosts take from the cluster alone goes on with up', () => {
  expect(afterSetting('prod', ['clients', 'allowIp', 'bandwidth'])).toBeUndefined();
});
