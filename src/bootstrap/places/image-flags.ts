import type { PlaceFlag } from '../place.js';

/** Of places that have it in a container. */
export const imageFlags: readonly PlaceFlag[] = [
  { flag: '--image <name>', summary: 'an image that docker has, in place of one made of the programs of this computer' },
  { flag: '--network <name>', summary: "docker's network for the container; host: this computer's own. Default: bridge" },
];
