import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askGateway, signIn } from '../helpers/ask-gateway.js';
import { hasBrowser, openProfile, startBrowser } from '../helpers/browser.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import type { CliOptions, CliResult } from '../helpers/run-cli.js';

const programs = ['consul', 'nomad'].every((tool) => requireTool(tool) !== undefined);
const ready = programs && hasBrowser();
let lab: Lab;
let browser: Browser;

const job = `
job "clock" {
  group "clock" {
    network {
      port "http" {}
    }
    service {
      name = "clock"
      port = "http"
    }
    task "tick" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "while :; do date; sleep 1; done"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
`;

beforeAll(async () => {
  if (!ready) return;
  lab = openLab();
  browser = await startBrowser();
  await lab.must(['init', 'dev', '--servers', '3', '--clients', '1', '--drivers', 'raw_exec', '--profile', 'poc', '--yes']);
  // Of a secured one: ui-secured.test.ts.
  await lab.must(['up', '--yes']);
  const file = join(lab.home, 'clock.nomad.hcl');
  writeFileSync(file, job);
  await lab.must(['job', 'deploy', file]);
});

afterAll(async () => {
  await browser?.close();
  await lab?.end();
});

interface Served {
  readonly cluster: string;
  readonly url: string;
  readonly nomad: string;
  readonly consul: string;
  readonly pid: number;
  /** Ctrl-C. */
  end(): Promise<CliResult>;
}

async function serve(argv: readonly string[] = [], options: Omit<Partial<CliOptions>, 'home'> = {}): Promise<Served> {
  const { child, done } = lab.start(['ui', '--json', '--verbose', ...argv], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await Promise.race([
    once(child.stdout ?? child, 'data'),
    done.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])) as [string];
  const end = (): Promise<CliResult> => {
    child.kill('SIGINT');
    return done;
  };
  return { ...(JSON.parse(line) as Omit<Served, 'pid' | 'end'>), pid: child.pid ?? 0, end };
}

describe.skipIf(!ready)('nomadctl ui', () => {
  it('shows the cluster, its jobs and its services to the browser that opened the first address', async () => {
    const served = await serve();
    const { context, violations } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByRole('heading', { name: /^dev/ }).waitFor();
    // The address with the secret is nowhere to go back to.
    expect(page.url()).toBe(new URL('/', served.url).href);
    expect(await page.evaluate('history.length')).toBeLessThanOrEqual(2);
    await page.getByText('All is well').waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    for (const node of ['server-1', 'server-2', 'server-3', 'client-1']) expect(rows.filter((row) => row.includes(node))).toHaveLength(1);
    expect(rows.filter((row) => /Nomad leader/.test(row))).toHaveLength(1);
    expect(rows.find((row) => row.includes('clock'))).toMatch(/service\s+running\s+1 of 1/);

    await page.getByRole('link', { name: 'clock' }).click();
    await page.getByRole('heading', { name: 'clock' }).first().waitFor();
    await page.goto(`${served.nomad}jobs`);
    await page.getByRole('link', { name: 'clock', exact: true }).waitFor();
    await page.goto(new URL('/', served.url).href);
    await page.getByRole('link', { name: 'Consul', exact: true }).click();
    await page.getByRole('link', { name: 'clock', exact: true }).waitFor();

    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', expires: -1, domain: `.${new URL(served.url).hostname}` });
    expect(violations).toEqual([]);
    const { code, stderr } = await served.end();
    expect(code).toBe(0);
    expect(stderr).toContain('The web interfaces are no longer served');
    expect(stderr).not.toContain(new URL(served.url).searchParams.get('secret'));
    expect(stderr).not.toContain(cookie?.value);
  });

  it('keeps its overview fresh, by itself, and says when it no longer can', async () => {
    const served = await serve();
    const { context } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByRole('link', { name: 'clock' }).waitFor();
    await lab.must(['job', 'stop', 'clock']);
    await page.getByRole('row', { name: /clock.*stopped/ }).waitFor();
    await lab.must(['job', 'deploy', join(lab.home, 'clock.nomad.hcl')]);
    await page.getByRole('row', { name: /clock.*running/ }).waitFor();
    await served.end();
    await page.getByRole('alert').getByText('no longer answers').waitFor();
  });

  it('lets in nobody else: not without the secret, not with a used one, not from another page', async () => {
    const served = await serve();
    const stranger = await openProfile(browser);
    const strange = await stranger.context.newPage();
    for (const address of [
      new URL('/', served.url).href,
      served.nomad,
      served.consul,
      `${served.nomad}jobs`,
      new URL('/v1/jobs', served.nomad).href,
    ])
      expect((await strange.goto(address))?.status()).toBe(401);
    const { context } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByText('All is well').waitFor();
    expect((await strange.goto(served.url))?.status()).toBe(403);
    expect((await strange.goto(served.nomad))?.status()).toBe(401);

    // A page of another site, in the browser that is signed in.
    const evil = await context.newPage();
    await evil.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>evil</h1>' }));
    await evil.goto('http://evil.example/');
    const refused: (string | number)[] = [];
    evil.on('response', (response) => void (response.url().includes('/v1/') && refused.push(response.status())));
    const jobs = new URL('/v1/jobs', served.nomad).href;
    const read = (mode: string): Promise<unknown> =>
      evil.evaluate(
        `fetch(${JSON.stringify(jobs)}, { credentials: 'include', mode: '${mode}' }).then((reply) => reply.type + reply.status, () => 'failed')`,
      );
    expect(await read('cors')).toBe('failed');
    expect(['failed', 'opaque0']).toContain(await read('no-cors'));
    const socket = `new Promise((done) => { const one = new WebSocket(${JSON.stringify(jobs.replace('http', 'ws'))}); one.onopen = () => done('open'); one.onerror = () => done('refused'); })`;
    expect(await evil.evaluate(socket)).toBe('refused');
    expect(refused.filter((status) => status !== 403)).toEqual([]);
    // Through another name that leads here.
    const { port } = new URL(served.url);
    expect((await page.goto(`http://127.0.0.1:${port}/`))?.status()).toBe(421);
    expect((await page.goto(`http://other.localhost:${port}/`))?.status()).toBe(421);
  });

  it('opens the browser with nothing that others can see', async () => {
    const bin = join(lab.home, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$*" > '${join(lab.home, 'opened')}'\n`, { mode: 0o755 });
    const served = await serve(['--open'], { env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } });
    const opened = join(lab.home, 'opened');
    await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toMatch(/\.html$/);
    const file = readFileSync(opened, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = new URL(served.url).searchParams.get('secret') ?? '';
    const lines = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? [commandLine(pid)] : []));
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    const { context } = await openProfile(browser);
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    await page.getByText('All is well').waitFor();
    await served.end();
    expect(existsSync(file)).toBe(false);
  });

  it('prints plain addresses for those who want them', async () => {
    const both = (await lab.must(['ui', '--print', '--json'])).json();
    expect(both).toEqual({ nomad: expect.stringMatching(/^http:.*:4646\/ui\/$/), consul: expect.stringMatching(/^http:.*:8500\/ui\/$/) });
    expect((await lab.must(['ui', '--print'])).stdout).toBe(`nomad   ${String(both['nomad'])}\nconsul  ${String(both['consul'])}\n`);
    expect((await lab.must(['ui', 'consul'])).stdout.trim()).toBe(both['consul']);
    for (const wrong of [
      ['ui', 'vault'],
      ['ui', '--print', '--open'],
      ['ui', 'nomad', '--port', '1'],
      ['ui', '--port', 'x'],
      ['ui', '--port', '70000'],
    ])
      expect([wrong, (await lab.run(wrong)).code]).toEqual([wrong, 2]);
  });

  it('says of a port that is taken', async () => {
    const served = await serve();
    const { port } = new URL(served.url);
    const { code, stderr } = await lab.run(['ui', '--port', port]);
    expect(code).toBe(3);
    expect(stderr).toMatch(new RegExp(`port ${port}.*EADDRINUSE.*nomadctl ui`, 's'));
  });

  it('goes on when the leader of both programs is gone', async () => {
    const served = await serve();
    const cookie = await signIn(served.url);
    const ask = (base: string, path: string) => askGateway(new URL(path, base).href, { headers: { cookie } });
    const { nomadLeader } = await lab.status();
    for (const [agent, pids] of lab.agents())
      if (agent.startsWith(`${String(nomadLeader)} `)) for (const pid of pids) process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await ask(served.nomad, '/v1/jobs')).body, { timeout: 60_000 }).toContain('clock');
    await expect.poll(async () => (await ask(served.consul, '/v1/catalog/services')).body, { timeout: 60_000 }).toContain('clock');
    await expect
      .poll(async () => (await ask(served.url, '/')).body, { timeout: 60_000 })
      .toMatch(new RegExp(`not well.*${String(nomadLeader)}`, 's'));
  });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
