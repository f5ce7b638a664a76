import { PULL_POLICIES } from '../kubernetes/pull-policies.js';
import type { BootstrapPlace } from '../place.js';
import { imageFlag } from './image-flags.js';

/** A deployment with a persistent volume, made by kubectl. */
export const kubernetes: BootstrapPlace = {
  id: 'kubernetes',
  flags: [
    { flag: '--context <name>', summary: "kubectl's context of that Kubernetes; default: its current one", says: 'where' },
    {
      flag: '--kube-namespace <name>',
      summary: 'namespace there; default: nomadctl- and the name of the cluster, made anew',
      says: 'where',
    },
    imageFlag,
    {
      flag: '--image-pull-policy <policy>',
      summary: 'when nodes take the image; default: IfNotPresent',
      choices: PULL_POLICIES,
    },
    { flag: '--image-pull-secret <name>', summary: 'a secret of the namespace that opens the registry' },
    { flag: '--storage-class <name>', summary: "of the volume; none: one that was made by hand. Default: that Kubernetes' own default" },
    { flag: '--volume-size <quantity>', summary: 'of the volume; default: 5Gi' },
  ],
  open: async (request, ctx) => (await import('../kubernetes/bootstrapper.js')).openOnKubernetes(request, ctx),
};
