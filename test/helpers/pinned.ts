import { specOf } from '../../src/programs/tool-versions.js';

/** Versions that nomadctl installs when nobody asks for another. Tests ask here, so that the next ones are two lines in `toolchain/releases.json`. */
export const pinned = { consul: specOf('consul').version, nomad: specOf('nomad').version } as const;
