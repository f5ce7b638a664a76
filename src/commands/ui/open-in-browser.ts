import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { Context } from '../../context.js';

/** Opens an address, or a file, in the browser of whoever is logged in. @throws ToolError where nothing opens it */
export async function openInBrowser(
  address: string,
  { exec, platform, signal }: Pick<Context, 'exec' | 'platform' | 'signal'>,
): Promise<void> {
  await exec.run(platform === 'darwin' ? 'open' : 'xdg-open', [address], { signal });
}

/**
 * Opens an address that nobody else may see. What a program is started with, everybody on this computer can read; so the browser is given
 * a file of the owner's alone that leads to the address.
 * @param folder where the file lies until `end`
 */
export async function openPrivately(url: string, folder: string, ctx: Context): Promise<{ opened: Promise<void>; end(): Promise<void> }> {
  const file = join(folder, `open-ui-${randomBytes(4).toString('hex')}.html`);
  await writeFileAtomic(
    file,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>nomadctl</title>\n`,
  );
  return { opened: openInBrowser(file, ctx), end: () => rm(file, { force: true }) };
}
