import type { Parcel } from '../../bootstrap/parcel.js';
import { defineStep } from '../../bootstrap/bootstrap-subject.js';
import { runCommand } from '../../bootstrap/run-command.js';

/** A job of the catalogue, verified by its own checks. */
export const deployJobStep = ({ cluster, environment }: Parcel, job: string) =>
  defineStep({
    id: `deploy-${job}`,
    title: `Deploying ${job}`,
    requires: ['parcel'],
    run: (at, io) => runCommand(at, { words: ['job', 'deploy', job, '--cluster', cluster], environment }, io),
  });
