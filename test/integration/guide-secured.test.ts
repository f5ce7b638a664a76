import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../helpers/guide-blocks.js';
import { readerIn, runs, type Reader } from '../helpers/guide-reader.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = ['consul', 'nomad', 'curl'].every((name) => requireTool(name) !== undefined);

describe.skipIf(!ready)('blocks of the guide on a secured cluster', { timeout: 300_000 }, () => {
  let lab: Lab;
  let reader: Reader;

  beforeAll(async () => {
    lab = openLab();
    reader = readerIn(lab);
    await lab.must(['up', '--servers', '3', '--clients', '1']);
  }, 120_000);

  afterAll(() => lab.end());

  test('docs/guide/access.md: tokens, to the one that is revoked', async () => {
    const out = await runs(reader, blockOf('docs/guide/access.md', 'sh', 'nomadctl access token create ada'));
    expect(out).toMatch(
      /^NOMAD_TOKEN=\S+\nCONSUL_HTTP_TOKEN=\S+\n[^]*"namespace": "default"[^]*^ada +operator [^]*Token ci, deployer of default, is revoked\.\s*$/m,
    );
    const left = (await lab.must(['access', 'token', 'list', '--json'])).json<{ readonly tokens: readonly { readonly name: string }[] }>();
    expect(left.tokens.map(({ name }) => name)).toEqual(['ada']);
  });

  test('docs/guide/access.md: namespaces, to the one that is deleted with its tokens', async () => {
    const out = await runs(reader, blockOf('docs/guide/access.md', 'sh', 'nomadctl access namespace create team2'));
    expect(out).toMatch(/^team2 +0 +team2-\*, checkout[^]*Namespace team2 is deleted\.\s*$/m);
    const left = (await lab.must(['access', 'token', 'list', '--json'])).json<{ readonly tokens: readonly { readonly name: string }[] }>();
    expect(left.tokens.map(({ name }) => name)).not.toContain('ci2');
  });

  test('docs/guide/access.md: intentions, to the one that is deleted', async () => {
    const out = await runs(reader, blockOf('docs/guide/access.md', 'sh', 'nomadctl access intention allow web redis'));
    expect(out).toMatch(/^web +redis +allow\n\* +redis +deny[^]*Nothing is said of web and redis\./m);
  });

  test('docs/guide/ui.md: an overview that is served until Ctrl-C, and opened by a browser', async () => {
    // Goes where the file leads that it is given, as a browser does, and on to the overview, with the cookie that it got.
    const browser = join(lab.home, 'bin', 'xdg-open');
    const lines = [
      'get() { curl --silent --show-error --cookie-jar "$HOME/jar" --cookie "$HOME/jar" "$1"; }',
      `url=$(sed -n 's/.*url=\\([^"]*\\)".*/\\1/p' "$1")`,
      'get "$url" > "$HOME/seen.html" && get "$(echo "$url" | cut -d/ -f1-3)/" >> "$HOME/seen.html"',
    ];
    writeFileSync(browser, `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(browser, 0o755);
    const block = blockOf('docs/guide/ui.md', 'sh', 'serves them until Ctrl-C').replace(
      /^(nomadctl ui( --open)?)[^#]*.*$/gm,
      (_, command: string, open?: string) =>
        `interrupted-when 'grep -q ${open ? '"<title>.*dev" "$HOME/seen.html"' : 'http: "$SAID"'}' ${command} || [ $? = 130 ]`,
    );
    const out = await runs(reader, block);
    expect(out).toMatch(/http:\/\/dev-\w+\.localhost:\d+\/[^]*http:\/\/dev-\w+\.localhost:\d+\//);
    expect(readFileSync(join(lab.home, 'seen.html'), 'utf8')).toMatch(/Signed in\.[^]*<title>[^<]*dev/);
  });

  test("docs/guide/ui.md: the agents' own addresses", async () => {
    const browser = join(lab.home, 'bin', 'xdg-open');
    writeFileSync(browser, '#!/bin/sh\ncurl --silent --show-error --insecure --location "$1" > "$HOME/nomad.html"\n');
    chmodSync(browser, 0o755);
    const out = await runs(reader, blockOf('docs/guide/ui.md', 'sh', 'nomadctl ui --print'));
    expect(readFileSync(join(lab.home, 'nomad.html'), 'utf8')).toContain('<title>Nomad</title>');
    expect(out).toMatch(/^nomad +https:\/\/\S+\/ui\/\nconsul +https:\/\/\S+\/ui\/$/m);
  });

  test('docs/guide/state-backups.md: backups in a folder, and what the servers knew put back', async () => {
    await runs(reader, blockOf('docs/guide/state-backups.md', 'sh', 'nomadctl state backup create --to'));
    const out = await runs(reader, blockOf('docs/guide/state-backups.md', 'sh', 'nomadctl exec consul kv put color red'));
    expect(out).toMatch(
      /snapshots\/consul\.snap +\S+ \S+ +whole\nsnapshots\/nomad\.snap +\S+ \S+ +whole[^]*All of it is whole\.[^]*\nred\s*$/,
    );
    // The access list went back with the rest, and knows the same tokens.
    await lab.must(['access', 'token', 'list']);
  });

  test('docs/guide/local.md: a server that has lost its data is waited for until it votes again', async () => {
    const [pid] = lab.agents().get('server-2 nomad') ?? [];
    if (pid === undefined) throw new Error('server-2 has no Nomad');
    const before = await peers(lab);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => lab.agents().has('server-2 nomad'), { timeout: 10_000 }).toBe(false);
    rmSync(join(lab.paths().agents, 'server-2', 'nomad', 'data'), { recursive: true });

    const { stderr } = await lab.must(['up']);
    expect(stderr).toContain('Nomad does not count on server-2 yet');
    const after = await peers(lab);
    expect([...after.keys()].sort()).toEqual(['server-1.global', 'server-2.global', 'server-3.global']);
    expect(after.get('server-2.global')).not.toBe(before.get('server-2.global'));
    expect(after.get('server-1.global')).toBe(before.get('server-1.global'));
    expect((await lab.status()).drift).toEqual([]);
  });
});

/** Ids of the servers that vote, by name, as Nomad's own program has them. */
async function peers(lab: Lab): Promise<Map<string, string>> {
  const { stdout } = await lab.must(['exec', 'nomad', 'operator', 'raft', 'list-peers']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  return new Map(rows.flatMap(([name = '', id = '', , , voter]) => (voter === 'true' ? [[name, id] as const] : [])));
}
