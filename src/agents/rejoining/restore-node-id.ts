import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { isAbort } from '@nomadctl/base/errors';
import { makeFolder } from '@nomadctl/base/make-folder';
import { consulOf } from '../../cluster/answering-server.js';
import type { Agent } from '../agents-in.js';
import type { LocalContext } from '../local-subject.js';
import { reachNodes } from '../reach-nodes.js';

/** Where Consul keeps it, below its data. https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file/node */
const FILE = 'node-id';

/**
 * Gives a Consul client that has lost its data the id that it had. With one of its own making, the servers refuse to have it and
 * its services in their catalogue for as long as they take the node of that name for a living one: "node name is reserved" (seen
 * with 1.22). A server must come back as another one: its votes went with its data.
 */
export async function restoreNodeId({ program, mode, node, files }: Agent, at: LocalContext<'nodes'>): Promise<void> {
  const file = join(files.data, FILE);
  if (program !== 'consul' || mode !== 'client' || existsSync(file)) return;
  const id = await knownId(node.name, at);
  if (id === undefined) return;
  await makeFolder(files.data);
  await writeFileAtomic(file, id);
}

/** Nothing where the catalogue does not know the node, or nobody can be asked: it is nobody's rival then. */
async function knownId(name: string, at: LocalContext<'nodes'>): Promise<string | undefined> {
  const { signal, state } = at;
  try {
    const nodes = await (await consulOf(await reachNodes(state.nodes, at), { signal })).catalogNodes(signal);
    return nodes.find((node) => node.name === name)?.id;
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error;
    return undefined;
  }
}
