import { ensureWorkloads } from '../../security/acl/ensure-workloads.js';
import { rotateRootKey } from '../../security/rotation/new-root-key.js';
import { defineStep } from '../../security/rotation/rotation.js';
import { rollingOf, type WithFleet } from '../../security/rotation/rotating.js';

export function rotateRootKeyStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-keyring-rotate',
    title: 'Having Nomad make another root key',
    requires: ['rotation'],
    async run(at, { line }) {
      const rolling = rollingOf(at, line);
      const id = await withFleet(at, async (fleet) => {
        const made = await rotateRootKey(fleet, at.state.rotation.before, rolling);
        // Where it cannot ask Nomad for keys that it does not know, Consul is told of them.
        await ensureWorkloads(await fleet.reach(), rolling);
        return made;
      });
      return { detail: `${id.slice(0, 8)} signs` };
    },
  });
}
