import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { originAt, type HostNames, type Site } from './host-names.js';
import type { Overview } from './overview.js';
import { overviewPage } from './pages/overview-page.js';
import { consulPage, enterPage } from './pages/passing-pages.js';
import { pathOf } from './refuse-request.js';
import { sendBack, type Content } from './send-back.js';
import { ENTRANCE, type SignIn } from './sign-in.js';

export interface OwnPages {
  readonly names: HostNames;
  readonly signIn: SignIn;
  readonly overview: () => Promise<Overview>;
  /** The folder with style and scripts. */
  readonly files: string;
}

/** What pages of ours are made of: a list, so that no path leads to another file. */
const FILES: Readonly<Record<string, Content['type']>> = {
  '/style.css': 'css',
  '/icon.svg': 'svg',
  '/overview.js': 'js',
  '/enter.js': 'js',
  '/consul.js': 'js',
};

/** Answers what is ours to answer at a site, and says whether it was. @throws what `overview` throws */
export async function answerOwn(site: Site, { request, response }: Exchange, pages: OwnPages): Promise<boolean> {
  const content = await contentOf(site, request, pages);
  if (content === undefined) return false;
  sendBack(response, content);
  return true;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function contentOf(site: Site, request: IncomingMessage, pages: OwnPages): Promise<Content | undefined> {
  const path = pathOf(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const type = FILES[path];
  if (isRead && type !== undefined && site !== 'nomad') return { type, text: await readFile(join(pages.files, path), 'utf8') };
  if (site === 'consul') return isRead && path === '/' ? { type: 'html', text: consulPage() } : undefined;
  if (site === 'nomad') return undefined;
  if (!isRead) return { type: 'text', status: 405, text: 'this page is only read', headers: { allow: 'GET, HEAD' } };
  if (path === ENTRANCE)
    return request.method === 'GET' ? entered(request, pages) : { type: 'text', status: 405, text: 'GET alone signs in' };
  if (path !== '/') return { type: 'text', status: 404, text: 'there is no such page' };
  return { type: 'html', text: overviewPage(await pages.overview(), linksAt(request, pages.names)) };
}

function entered({ url = '' }: IncomingMessage, { signIn }: OwnPages): Content {
  const cookie = signIn.enter(url);
  if (cookie !== undefined) return { type: 'html', text: enterPage(), headers: { 'set-cookie': cookie } };
  return {
    type: 'text',
    status: 403,
    text: 'this address was used before, or is not whole; nomadctl prints another one when it is run again',
  };
}

/** By the port that the browser knows, which may be the beginning of a tunnel. */
function linksAt({ headers: { host = '' } }: IncomingMessage, names: HostNames): { nomad: string; consul: string } {
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 80);
  return { nomad: `${originAt(names.hostOf('nomad', port))}/ui/`, consul: `${originAt(names.hostOf('consul', port))}/` };
}
