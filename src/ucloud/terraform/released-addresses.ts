import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { Root } from '../../terraform/root.js';

/** UCloud keeps the address of a host that is gone taken for about ten minutes; longer does no harm. */
const KEPT_MS = 30 * 60_000;

/** Addresses whose hosts went, or were about to, a short while ago: a new host that asks for one is refused. */
export async function releasedAddresses(root: Root, now: number): Promise<ReadonlySet<string>> {
  return new Set(Object.keys(await read(root, now)));
}

/** To be called before hosts are taken down: a run that is killed then has told already. */
export async function releaseAddresses(root: Root, addresses: readonly string[], now: number): Promise<void> {
  if (addresses.length === 0) return;
  const released = { ...(await read(root, now)), ...Object.fromEntries(addresses.map((address) => [address, now])) };
  await writeFileAtomic(fileOf(root), `${JSON.stringify(released, null, 2)}\n`);
}

async function read(root: Root, now: number): Promise<Record<string, number>> {
  try {
    const released = JSON.parse(await readFile(fileOf(root), 'utf8')) as Record<string, number>;
    return Object.fromEntries(Object.entries(released).filter(([, at]) => Math.abs(now - at) < KEPT_MS));
  } catch {
    return {};
  }
}

function fileOf({ folder }: Root): string {
  return join(folder, 'released-addresses.json');
}
