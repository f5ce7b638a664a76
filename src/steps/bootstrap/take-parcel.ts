import { takeFiles } from '../../bootstrap/take-files.js';
import type { Parcel } from '../../bootstrap/parcel.js';
import { defineStep } from '../../bootstrap/bootstrap-subject.js';

/** Puts the delivered files of the cluster into the home on the volume, once for each delivery. */
export const takeParcelStep = ({ files }: Parcel, id: string) =>
  defineStep({
    id: 'take-parcel',
    title: 'Taking the cluster file and the secrets',
    provides: ['parcel'],
    inputs: () => ({ parcel: id }),
    run: async ({ paths, cluster }) => {
      const written = await takeFiles(paths.cluster(cluster).dir, files);
      return { state: { parcel: id }, detail: `${written.length} files` };
    },
  });
