import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openTextSocket } from '../../src/clients/text-socket.js';
import { reach } from '../../src/cluster/reach.js';
import type { AgentProgram } from '../../src/cluster/node-roles.js';
import { endingCertificates } from '../../src/gateway/ending-certificates.js';
import type { Overview } from '../../src/gateway/overview.js';
import { serveGateway, type Gateway } from '../../src/gateway/serve-gateway.js';
import { askGateway, signIn } from '../helpers/ask-gateway.js';
import { hasBrowser, openProfile, shown, startBrowser } from '../helpers/browser.js';
import { startSecuredAgents, type SecuredAgents } from '../helpers/secured-agents.js';

/** Agents with ACLs and TLS, as no cluster of a beginner is: their web interfaces by way of ours. */

const FILES = fileURLToPath(new URL('../../templates/ui', import.meta.url));
const DAY_MS = 86_400_000;
const signal = new AbortController().signal;
const nothing: Overview = { cluster: 'test', place: 'here', nodes: [], endingCertificates: [], remarks: [], cautions: [] };

const agents = await startSecuredAgents({ days: 90 });
const ready = agents !== undefined && hasBrowser();
const secured = agents as SecuredAgents;
let browser: Browser;

beforeAll(async () => {
  if (!ready) return;
  await secured.api.register({ job: job('sleeper'), signal });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await agents?.end();
});

const job = (ID: string) => ({
  ID,
  Name: ID,
  Type: 'service',
  Datacenters: ['*'],
  TaskGroups: [
    {
      Name: 'group',
      Count: 1,
      Tasks: [
        {
          Name: 'task',
          Driver: 'raw_exec',
          Config: { command: '/bin/sh', args: ['-c', 'while :; do echo tick; sleep 1; done'] },
          Resources: { CPU: 20, MemoryMB: 16 },
        },
      ],
    },
  ],
});

async function gateway(access = secured.access, node = secured.node): Promise<Gateway> {
  const { endpoint } = reach([node], access);
  const served = await serveGateway({
    cluster: 'test',
    port: 0,
    servers: async (program: AgentProgram) => [endpoint(node, program)],
    overview: async () => nothing,
    files: FILES,
  });
  onTestFinished(() => served.close());
  return served;
}

describe.skipIf(!ready)('agents with ACLs and TLS', () => {
  it("signs Nomad's and Consul's pages in, and shows the browser no token", async () => {
    const { url, nomad, consul } = await gateway();
    const { context, replies, violations } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('link', { name: 'Nomad', exact: true }).click();
    await shown(page.getByRole('link', { name: 'sleeper' }));
    // What only a management token sees.
    await page.goto(`${nomad}administration/tokens`);
    await shown(page.getByText('Bootstrap Token'));
    const stored = [await page.evaluate('JSON.stringify(localStorage)')];
    await page.goto(`${nomad}settings/tokens`);
    await shown(page.getByText(/Token Authorized|management/i));

    await page.goto(consul);
    await shown(page.getByRole('link', { name: 'consul', exact: true }));
    await page.goto(`${consul}ui/dc1/acls/tokens`);
    await shown(page.getByText('Initial Management Token'));
    // What it offers to whoever is signed in, and nobody else.
    expect(await page.getByText('Log in with a different token').count()).toBeGreaterThan(0);
    stored.push(await page.evaluate('JSON.stringify(localStorage)'));

    const told = [...stored, ...(await replies()), JSON.stringify(await context.cookies())].join('\n');
    expect(told).toContain('00000000-0000-0000-0000-000000000000');
    for (const token of Object.values(secured.tokens)) expect(told.includes(token)).toBe(false);
    expect(violations).toEqual([]);
  });

  it("opens a terminal in a task from Nomad's pages", async () => {
    const { url, nomad } = await gateway();
    const { context } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('link', { name: 'Nomad', exact: true }).waitFor();
    const sockets: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const { stdout } = JSON.parse(String(payload)) as { stdout?: { data?: string } };
        if (stdout?.data) sockets.push(Buffer.from(stdout.data, 'base64').toString());
      }),
    );
    await page.goto(`${nomad}exec/sleeper/group/task`);
    await page.getByText('nomad alloc exec').waitFor();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => sockets.join(''), { timeout: 20_000 }).toMatch(/[#$] /);
    await page.keyboard.type('echo $((6*7))-seen\n');
    await expect.poll(() => sockets.join(''), { timeout: 20_000 }).toContain('42-seen');
  });

  it('takes a WebSocket whose first message carries another token for one without', async () => {
    const { url, nomad } = await gateway();
    const cookie = await signIn(url);
    const [allocation] = await secured.api.http
      .send<{ ID: string }[]>({ path: '/v1/job/sleeper/allocations', signal })
      .then(({ value }) => value);
    const { host, port } = new URL(nomad);
    const path = `/v1/client/allocation/${allocation?.ID}/exec?task=task&tty=false&ws_handshake=true&command=${encodeURIComponent('["/bin/echo","from the task"]')}`;
    const socket = await openTextSocket({
      url: new URL(`http://127.0.0.1:${port}${path}`),
      headers: { host, cookie, origin: `http://${host}` },
      signal,
    });
    socket.send(JSON.stringify({ version: 1, auth_token: '00000000-0000-0000-0000-000000000000' }));
    socket.send(JSON.stringify({ stdin: { close: true } }));
    const frames: string[] = [];
    for await (const message of socket.messages()) {
      const { stdout } = JSON.parse(message) as { stdout?: { data?: string } };
      if (stdout?.data) frames.push(Buffer.from(stdout.data, 'base64').toString());
    }
    expect(frames.join('')).toBe('from the task\n');
  });

  it('goes the way that leads to agents behind another host', async () => {
    const { address, ports } = secured.node;
    let opened = 0;
    const through = (_: unknown, program: AgentProgram) => {
      opened += 1;
      return connect({ host: address, port: program === 'nomad' ? ports.nomadHttp : ports.consulHttp });
    };
    const { url, nomad, consul } = await gateway({ ...secured.access, through }, { ...secured.node, address: '192.0.2.1', open: {} });
    const cookie = await signIn(url);
    const jobs = await askGateway(new URL('/v1/jobs', nomad).href, { headers: { cookie } });
    expect(JSON.parse(jobs.body)).toMatchObject([{ ID: 'sleeper' }]);
    const services = await askGateway(new URL('/v1/catalog/services', consul).href, { headers: { cookie } });
    expect(JSON.parse(services.body)).toHaveProperty('consul');
    expect(opened).toBe(2);
  });

  it('speaks to nobody whose certificate is not of the cluster', async () => {
    const { url, nomad } = await gateway({ ...secured.access, serverName: () => 'server.other.nomad' });
    const cookie = await signIn(url);
    const { status, body } = await askGateway(new URL('/v1/jobs', nomad).href, { headers: { cookie } });
    expect([status, body]).toEqual([502, expect.stringMatching(/none of the Nomad servers answers.*altnames/s)]);
  });

  it('tells of certificates in the last third of their lives', async () => {
    const servers = [secured.consul, secured.nomad];
    const now = Date.now();
    expect(await endingCertificates(servers, { now, signal })).toEqual([]);
    const late = await endingCertificates(servers, { now: now + 61 * DAY_MS, signal });
    expect(late).toEqual(servers.map(({ url }) => expect.stringContaining(`The certificate of ${url} ends in `)));
    const over = await endingCertificates(servers, { now: now + 91 * DAY_MS, signal });
    expect(over).toEqual(servers.map(({ url }) => expect.stringMatching(new RegExp(`^The certificate of ${url} ended on \\d{4}-`))));
    const ofAll = await endingCertificates(servers, { now: now + 4 * 365 * DAY_MS, signal });
    expect(ofAll[0]).toContain(`of the authority ${secured.access.ca?.file}`);
  });
});
