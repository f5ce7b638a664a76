import { rotateRootKey } from '../../security/rotation/new-root-key.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, type FleetOf } from '../../security/rotation/rotating.js';

export function rotateRootKeyStep(fleet: FleetOf) {
  return defineStep({
    id: 'rotate-keyring-rotate',
    title: 'Having Nomad make another root key',
    requires: ['rotation'],
    async run(at, { line }) {
      const id = await rotateRootKey(fleet(at), at.state.rotation.before, rollingOf(at, line));
      return { detail: `${id.slice(0, 8)} signs` };
    },
  });
}
