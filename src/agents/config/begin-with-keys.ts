import { existsSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { KEYRINGS } from './secret-config.js';

interface BeginningAgent {
  readonly program: AgentProgram;
  /** Its folder of data, and the file with the keys. */
  readonly files: { readonly data: string; readonly gossipKeys: string };
}

/**
 * Gives an agent without data all gossip keys that the others may use, before it starts: with the one of its configuration alone it
 * would not understand them while keys are rotated.
 */
export async function beginWithKeys({ program, files }: BeginningAgent): Promise<void> {
  const file = join(files.data, KEYRINGS[program]);
  if (existsSync(file) || !existsSync(files.gossipKeys)) return;
  await makeFolder(dirname(file));
  // Whole or not at all, and as secret as it is there.
  await copyFile(files.gossipKeys, `${file}.new`);
  await rename(`${file}.new`, file);
}
