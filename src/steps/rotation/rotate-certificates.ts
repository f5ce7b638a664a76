import { areCertified, certifyAll, type NewCertificates } from '../../security/rotation/new-certificates.js';
import { currentAuthority } from '../../security/rotation/new-authority.js';
import { defineStep, type RotationContext } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type WithFleet } from '../../security/rotation/rotating.js';

export function certifyStep(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-certificates-certify',
    title: 'Giving each node another key and certificate',
    requires: ['rotation'],
    async isDone(at) {
      return (await withFleet(at, async (fleet) => areCertified(fleet, await wantedOf(at))))
        ? { done: true }
        : { done: false, because: 'a node has an older one' };
    },
    async run(at, { line }) {
      const made = await withFleet(at, async (fleet) => certifyAll(fleet, await wantedOf(at), rollingOf(at, line)));
      return { detail: made === 1 ? '1 node' : `${made} nodes` };
    },
  });
}

async function wantedOf(at: RotationContext<'rotation'>): Promise<NewCertificates> {
  return { authority: await currentAuthority(whereOf(at)), since: at.state.rotation.begunAt, restarting: true };
}
