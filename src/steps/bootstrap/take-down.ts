import { existsSync } from 'node:fs';
import { OutcomeError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import type { Parcel } from '../../bootstrap/parcel.js';
import { defineStep } from '../../bootstrap/bootstrap-subject.js';
import { runCommand } from '../../bootstrap/run-command.js';

/** Jobs, hosts, then the network, once it may go. What `down` leaves behind keeps the cluster known, and the volume there. */
export const takeDownStep = ({ cluster, environment }: Parcel) =>
  defineStep({
    id: 'take-down',
    title: `Taking down cluster ${cluster}`,
    run: async (at, io) => {
      await runCommand(at, { words: ['down', cluster, '--wait-network'], environment }, io);
      if (!existsSync(at.paths.cluster(cluster).journal)) return;
      throw new OutcomeError(`something of cluster ${cluster} is left in the cloud`, {
        code: 'bootstrap-not-empty',
        why: 'down has not forgotten it; its log says what is left',
        next: hint`give the command again on the jump host: it goes on`,
      });
    },
  });
