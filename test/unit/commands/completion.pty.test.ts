import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { buildFixture, type BuiltFixture } from '../../helpers/build-fixture.js';
import { requireTool } from '../../helpers/require-tool.js';
import { tempHome } from '../../helpers/temp-home.js';
import { startTerminal, type Terminal } from '../../helpers/terminal.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const shells = [
  { name: 'bash', argv: ['bash', '--norc', '--noprofile', '-i'], load: 'source <(nomadctl completion bash)' },
  { name: 'zsh', argv: ['zsh', '-f', '-i'], load: 'source <(nomadctl completion zsh)' },
  { name: 'fish', argv: ['fish', '--no-config', '-i'], load: 'nomadctl completion fish | source' },
] as const;

let fixture: BuiltFixture;
beforeAll(async () => {
  fixture = await buildFixture('complete-run');
});
afterAll(() => fixture.remove());

describe.each(shells)('in $name', ({ name, argv, load }) => {
  it.skipIf(!requireTool('tmux') || !requireTool(name))('the tab key completes commands, flags, values and clusters', async () => {
    const terminal = await openShell(argv);
    await terminal.type(`${load}; echo re''ady`);
    await terminal.press('Enter');
    await terminal.waitFor(/^ready$/m);
    await completes(terminal, 'nomadctl conf', 'nomadctl config ');
    await completes(terminal, 'true && A=1 nomadctl --quiet conf', 'true && A=1 nomadctl --quiet config ');
    await completes(terminal, 'nomadctl config expl', 'nomadctl config explain ');
    await completes(terminal, 'nomadctl up --split', 'nomadctl up --split-roles ');
    await completes(terminal, 'nomadctl up --addressing po', 'nomadctl up --addressing ports ');
    await completes(terminal, 'nomadctl status stag', 'nomadctl status staging-two ');
    await completes(terminal, 'nomadctl config get versions.no', 'nomadctl config get versions.nomad ');
    await completes(terminal, 'nomadctl up --addressing=po', 'nomadctl up --addressing=ports ');
    await completes(terminal, 'nomadctl init --from only-f', 'nomadctl init --from only-file.yaml ');
  });

  it.skipIf(!requireTool('tmux') || !requireTool(name))('shows what there is to choose from', async () => {
    const terminal = await openShell(argv);
    await terminal.type(`${load}; echo re''ady`);
    await terminal.press('Enter');
    await terminal.waitFor(/^ready$/m);
    await terminal.type('nomadctl config ');
    await terminal.press('Tab', 'Tab');
    const screen = await terminal.waitFor(/explain[^]*path|path[^]*explain/);
    expect(screen).toMatch(/get/);
  });
});

/** A shell with nothing of the user's, in a folder with one file, where `nomadctl` is the built completion. */
async function openShell(argv: readonly string[]): Promise<Terminal> {
  const home = await tempHome();
  const bin = join(home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'nomadctl'), `#!/bin/sh\ncd ${root} && exec ${process.execPath} ${fixture.path} "$@"\n`);
  await chmod(join(bin, 'nomadctl'), 0o755);
  await mkdir(join(home, 'work'));
  await writeFile(join(home, 'work', 'only-file.yaml'), '');
  await writeFileAtomic(join(home, 'clusters', 'staging-two', 'cluster.yaml'), '');
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    NOMADCTL_HOME: home,
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    HISTFILE: '',
  };
  return startTerminal({ argv, env, cwd: join(home, 'work'), columns: 120 });
}

/** Types, presses tab, marks where the cursor is, and takes the line away again. */
async function completes(terminal: Terminal, typed: string, line: string): Promise<void> {
  await terminal.type(typed);
  await terminal.press('Tab');
  await terminal.waitFor(line.trimEnd());
  // A letter: some shells take the blank away again before a sign.
  await terminal.type('x');
  await terminal.waitFor(`${line}x`);
  await terminal.press('C-u');
}
