import type { PlaceFlag } from '../place.js';

/** Of every place that has it in a container. */
export const imageFlag: PlaceFlag = {
  flag: '--image <name>',
  summary: 'an image that docker has, or nodes take from a registry, in place of one made of the programs of this computer',
};

/** Of places whose containers docker runs. */
export const imageFlags: readonly PlaceFlag[] = [
  imageFlag,
  { flag: '--network <name>', summary: "docker's network for the container; host: this computer's own. Default: bridge" },
];
