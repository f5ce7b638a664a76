import { rm } from 'node:fs/promises';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { introductionFile } from '../security/introduction/introduce-clients.js';
import { isNomadClient } from '../cluster/node-roles.js';
import type { Agent } from './agents-in.js';

/** Takes the tokens away that clients needed to register: they are known now. */
export async function forgetIntroductions(agents: readonly Agent[]): Promise<void> {
  const clients = agents.filter(isNomadClient);
  await mapBounded(clients, FILES_AT_ONCE, ({ files }) => rm(introductionFile(files.data), { force: true }));
}
