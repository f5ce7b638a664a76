import type { BootstrapPlace } from '../place.js';
import { docker } from './docker.js';
import { kubernetes } from './kubernetes.js';
import { nomad } from './nomad.js';

/** Where bootstrappers can live; the first where nothing is said. */
export const places: readonly BootstrapPlace[] = [docker, nomad, kubernetes];
