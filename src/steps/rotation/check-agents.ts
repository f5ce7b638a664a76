import { readClusterSecrets } from '../../security/cluster-secrets.js';
import { requireAuthority } from '../../security/authority/authority-file.js';
import { requireWhole } from '../../security/rotation/require-whole.js';
import { defineStep, underWay } from '../../security/rotation/rotation.js';
import { rollingOf, whereOf, type WithFleet } from '../../security/rotation/rotating.js';

/** Before anything is changed: the files that all rests on fit each other, and every agent is there. */
export function checkAgents(withFleet: WithFleet) {
  return defineStep({
    id: 'rotate-check-agents',
    title: 'Checking that every agent is there',
    async run(at, { line }) {
      const where = whereOf(at);
      const secrets = await readClusterSecrets(where, []);
      if (secrets) await requireAuthority(secrets.authorityKey, where.paths);
      await withFleet(at, (fleet) => requireWhole(fleet, underWay(at.state) !== undefined, rollingOf(at, line)));
    },
  });
}
