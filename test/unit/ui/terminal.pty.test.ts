import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFixture, type BuiltFixture } from '../../helpers/build-fixture.js';
import { requireTool } from '../../helpers/require-tool.js';
import { startTerminal, type Terminal, type TerminalRequest } from '../../helpers/terminal.js';

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

describe.skipIf(!requireTool('tmux'))('on a real terminal (needs tmux)', { timeout: 30_000 }, () => {
  let demo: BuiltFixture;
  beforeAll(async () => {
    demo = await buildFixture('ui-demo');
  });
  afterAll(() => demo.remove());

  const start = (scene: string, request: Partial<TerminalRequest> & { flags?: string[] } = {}): Promise<Terminal> =>
    startTerminal({ ...request, argv: [process.execPath, demo.path, scene, ...(request.flags ?? [])] });

  /** Lets the scene go on. */
  const next = async (terminal: Terminal): Promise<void> => void process.kill(await terminal.pid(), 'SIGUSR2');

  describe('the live list', () => {
    test('shows every step at once, changes in place and stays when the plan is over', async () => {
      const terminal = await start('list');
      const live = await terminal.waitFor(/\S Starting Consul .*server-1/);
      expect(live).toContain('  ✔ Checking tools                        consul 1.22.0, nomad 1.11.0     0.4 s');
      expect(live).toMatch(new RegExp(`  ${SPINNER.source} Starting Nomad`));
      expect(live).toContain('  · Waiting for leaders');
      await next(terminal);
      await terminal.waitFor('client-2 joined');
      await next(terminal);
      await terminal.waitFor('Ready');
      expect(await terminal.exitCode()).toBe(0);
      expect(await terminal.everything()).toBe(
        [
          'a note with [redacted] in it',
          '',
          '  ✔ Checking tools                        consul 1.22.0, nomad 1.11.0     0.4 s',
          '  ✔ Starting Consul                       127.0.64.1:8500                 1.2 s',
          '  ✔ Starting Nomad                        already there',
          '  ↓ Waiting for leaders                   done 12 min ago',
          '',
          'Ready',
        ].join('\n'),
      );
    });

    test('animates', async () => {
      const terminal = await start('list');
      const spinners = new Set<string>();
      for (let look = 0; look < 400 && spinners.size < 3; look++) spinners.add(SPINNER.exec(await terminal.waitFor(SPINNER))?.[0] ?? '');
      expect(spinners.size).toBeGreaterThanOrEqual(3);
    });

    test.each([
      { from: 120, to: 60 },
      { from: 100, to: 40 },
      { from: 60, to: 140 },
      // tmux wraps its lines first and tells the program up to 250 ms later; a frame drawn in between is one line off.
    ])('survives a resize from $from to $to columns', { retry: 3 }, async ({ from, to }) => {
      const terminal = await start('list', { columns: from });
      await terminal.waitFor('server-1');
      await terminal.resize(to, 20);
      await terminal.waitFor(/Waiting for leaders/);
      await next(terminal);
      await terminal.waitFor('client-2 joined');
      const screen = await terminal.screen();
      for (const title of ['Checking tools', 'Starting Consul', 'Starting Nomad', 'Waiting for leaders']) {
        expect(screen.split(title).length - 1, `${title} in\n${screen}`).toBe(1);
      }
      await next(terminal);
      await terminal.waitFor('Ready');
    });

    test('stays readable on 40 columns', async () => {
      const terminal = await start('list', { columns: 40 });
      const screen = await terminal.waitFor('server-1');
      expect(screen).toContain('  ✔ Checking tools                0.4 s\n    consul 1.22.0, nomad 1.11.0');
      expect(screen).toMatch(/Starting Consul.*\n {4}server-1 is up, and this line is m…/);
    });

    test('fits a terminal with fewer lines than steps, and prints all of them at the end', async () => {
      const terminal = await start('tall', { rows: 12 });
      const screen = await terminal.waitFor('Step number 20');
      expect(screen).toMatch(/\d+ before/);
      expect(screen).toMatch(/\d+ to come/);
      await next(terminal);
      expect(await terminal.exitCode()).toBe(0);
      const everything = await terminal.everything();
      for (let step = 0; step < 40; step++)
        expect(everything.match(new RegExp(`Step number ${step}$`, 'gm')), `step ${step}`).toHaveLength(1);
    });

    test('never hides the cursor, even when it is killed', async () => {
      const terminal = await start('killed');
      expect(await terminal.exitCode()).toBe(137);
      expect(await terminal.screen()).toContain('Checking tools');
      expect(await terminal.isCursorShown()).toBe(true);
    });

    test('uses ASCII on the Linux console and in other locales', async () => {
      const terminal = await start('list', { env: { LANG: 'C' } });
      const screen = await terminal.waitFor(/[|/\\-] Starting Consul/);
      expect(screen).toContain('  + Checking tools');

      expect(screen).not.toMatch(/[^\x00-\x7f]/);
    });

    test('is coloured, and not with NO_COLOR', async () => {
      const colored = await start('list');
      await colored.waitFor('server-1');
      expect(await colored.colored()).toContain('\u001b[32m✔');
      const plain = await start('list', { env: { NO_COLOR: '1' } });
      await plain.waitFor('server-1');
      expect(await plain.colored()).not.toContain('\u001b[');
    });

    test.each(['CI', 'TERM', '--yes'])('gives way to plain lines with %s', async (reason) => {
      const env: Record<string, string> = reason === 'CI' ? { CI: 'true' } : reason === 'TERM' ? { TERM: 'dumb' } : {};
      const terminal = await start('list', { env, flags: reason === '--yes' ? ['--yes'] : [] });
      const screen = await terminal.waitFor('Starting Nomad ...');
      expect(screen).not.toMatch(SPINNER);
      expect(screen).toContain('  ✔ Checking tools');
      expect(screen).not.toContain('Waiting for leaders');
    });
  });

  describe('questions', () => {
    test('are asked again until they are answered well, and secrets are masked', async () => {
      const terminal = await start('ask');
      await terminal.waitFor('? Name  (dev)');
      await terminal.type('No!');
      await terminal.press('Enter');
      await terminal.waitFor('"No!" is no name');
      await terminal.press('BSpace', 'BSpace', 'BSpace');
      await terminal.type('prod');
      await terminal.press('Enter');
      await terminal.waitFor('? Private key');
      await terminal.type('hunter2');
      const masked = await terminal.waitFor('*******');
      expect(masked).not.toContain('hunter2');
      await terminal.press('Enter');
      await terminal.waitFor('This computer');
      await terminal.press('Down', 'Enter');
      await terminal.waitFor('Drivers');
      await terminal.press('Down', 'Space', 'Enter');
      await terminal.waitFor('Go on?');
      await terminal.press('Enter');
      await terminal.waitFor('{"name"');
      const done = await terminal.everything();
      expect(done).toContain('{"name":"prod","keyLength":7,"where":"ucloud","drivers":["exec","docker"],"sure":true}');
      expect(done).toContain('? Where should the cluster live?  UCloud');
      expect(await terminal.exitCode()).toBe(0);
    });

    test.each([
      ['Ctrl-C', 'C-c'],
      ['Ctrl-D', 'C-d'],
    ])('end quietly with %s', async (_name, key) => {
      const terminal = await start('ask');
      await terminal.waitFor('? Name');
      await terminal.press(key);
      expect(await terminal.exitCode()).toBe(130);
      expect(await terminal.screen()).toMatch(/^\? Name .*\n■ Nothing was changed$/);
      expect(await terminal.isCursorShown()).toBe(true);
    });

    test('end quietly when the context is aborted', async () => {
      const terminal = await start('ask');
      await terminal.waitFor('? Name');
      process.kill(await terminal.pid(), 'SIGINT');
      await terminal.waitFor('Nothing was changed');
      expect(await terminal.exitCode()).toBe(130);
    });

    test('leave standard output to results', async () => {
      const terminal = await startTerminal({
        argv: ['sh', '-c', `"${process.execPath}" "${demo.path}" ask > "$HOME/out"; cat "$HOME/out"`],
      });
      await terminal.waitFor('? Name');
      for (const waited of ['Private key', 'live?', 'Drivers', 'Go on?']) {
        await terminal.press('Enter');
        await terminal.waitFor(waited);
      }
      await terminal.press('Enter');
      await terminal.waitFor('{"name":"dev","keyLength":0');
    });
  });
});
