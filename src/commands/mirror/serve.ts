import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { once } from 'node:events';
import type { Context } from '../../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { serveFiles } from '../../mirror/serve-files.js';
import type { Command } from '../command.js';
import { listenFlag, listenOf, urlAt, type ListenAddress } from '../listen-flag.js';
import { mirrorFolder } from './mirror-folder.js';

const DEFAULT_LISTEN = '0.0.0.0:8380';

export const command: Command = {
  flags: [{ flag: '--from <folder>', summary: 'the mirror; default: mirror in the home of nomadctl' }, listenFlag(DEFAULT_LISTEN)],
  examples: ['nomadctl mirror serve', 'nomadctl mirror serve --from /srv/files --listen 10.80.0.2:8380'],
  about: 'Hosts that images are built on must reach it. Ctrl-C ends it.',
  async run(input, ctx) {
    const root = mirrorFolder(input, 'from', ctx);
    if (!existsSync(root)) {
      throw new PrerequisiteError(`there is no mirror in ${root}`, { code: 'mirror-missing', next: nomadctl`mirror build --to ${root}` });
    }
    const listen = listenOf(input, { fallback: DEFAULT_LISTEN, next: nomadctl`mirror serve --listen ${DEFAULT_LISTEN}` });
    const server = await serveFiles({ root, ...listen, onRequest: (line) => ctx.ui.debug(line) });
    try {
      const urls = urlsOf({ ...listen, port: server.port });
      ctx.ui.write(`${ctx.global.json ? JSON.stringify({ folder: root, url: urls[0], urls }) : describe(root, urls, ctx)}\n`);
      if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
    } finally {
      await server.close();
    }
    ctx.ui.note('The mirror has stopped');
    return undefined;
  },
};

/** By which hosts may reach it: all addresses of this computer, those of other networks first. */
function urlsOf({ host, port }: ListenAddress): string[] {
  if (!['0.0.0.0', '::'].includes(host)) return [urlAt({ host, port })];
  const found = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.filter(({ family }) => family === 'IPv4'));
  const outward = [...found.filter(({ internal }) => !internal), ...found.filter(({ internal }) => internal)];
  return outward.map(({ address }) => urlAt({ host: address, port }));
}

function describe(root: string, urls: readonly string[], { ui: { style }, given }: Context): string {
  const command = (hinted: Hint): string => style.accent(renderHint(hinted, given));
  const [first = ''] = urls;
  return [
    `Serving ${root} at`,
    ...urls.map((url) => `  ${url}`),
    '',
    `For images:  ${command(nomadctl`config set fileServer ${first}`)}`,
    `With providers in it:  ${command(nomadctl`config set pluginMirror ${first}/plugins`)}`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}
