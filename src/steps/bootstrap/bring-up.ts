import type { Parcel } from '../../bootstrap/parcel.js';
import { defineStep } from '../../bootstrap/bootstrap-subject.js';
import { runCommand } from '../../bootstrap/run-command.js';

/** Network, hosts, agents: what `up` does. */
export const bringUpStep = ({ cluster, until, environment }: Parcel) =>
  defineStep({
    id: 'bring-up',
    title: `Bringing up cluster ${cluster}`,
    requires: ['parcel'],
    inputs: () => ({ until: until ?? '' }),
    run: async (at, io) => {
      await runCommand(at, { words: ['up', cluster, ...(until === undefined ? [] : ['--until', until])], environment }, io);
    },
  });
