import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { NodeRecord } from '../../src/agents/node-record.js';
import { openLab, problemsWhenDown, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { readableCopy } from '../helpers/readable-copy.js';
import { requireTool } from '../helpers/require-tool.js';
import { CONSUL_AGENT, CONSUL_API, CONSUL_SERVER, nobody, NOMAD_API, NOMAD_SERVER, PLAIN_PORTS } from '../helpers/strangers-answers.js';

const ready = ['consul', 'nomad', 'redis-server', 'redis-cli'].every((tool) => requireTool(tool) !== undefined);
const isRoot = process.getuid?.() === 0;
const root = fileURLToPath(new URL('../..', import.meta.url));
const setpriv = (uid: number): string[] => ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
/** `nobody`, by number: Nomad wants users of raw_exec to have a name. The other one is `bin`. */
const [OWNER, OTHER] = [65534, 2];
const NODES = ['server-1', 'client-1'];

/** What the shells of companies and distributions have set: none of it is for agents that know their own authority. */
const CERTIFICATES = Object.fromEntries(
  ['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', 'NIX_SSL_CERT_FILE'].map(
    (name) => [name, '/nowhere/ca-certificates.crt'],
  ),
);
const SURROUNDINGS = { ...CERTIFICATES, SSL_CERT_DIR: '/nowhere', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };

interface Heard {
  readonly uid: number;
  /** By node, what each port answered. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly readable: readonly string[];
}

/** What another user of this computer gets of a cluster, by the fixture `stranger.mjs`. */
function stranger(folder: string, opened: Lab, cluster: string): Heard {
  const script = join(folder, 'stranger.mjs');
  cpSync(join(root, 'test/fixtures/stranger.mjs'), script);
  const { nodes } = (JSON.parse(readFileSync(opened.paths(cluster).journal, 'utf8')) as { state: { nodes: NodeRecord[] } }).state;
  const told = JSON.stringify(nodes.map(({ name, address, ports }) => ({ name, address, ...ports })));
  const [file = process.execPath, ...argv] = [...(isRoot ? setpriv(OTHER) : []), process.execPath, script, told];
  return JSON.parse(execFileSync(file, [...argv, ...(isRoot ? [opened.home] : [])], { cwd: '/' }).toString()) as Heard;
}

/** On every node; docs/guide/security.md has the same as a table. */
const ANSWERS = { ...PLAIN_PORTS, ...CONSUL_API, ...CONSUL_AGENT, ...NOMAD_API };
const OF_SERVERS = { ...CONSUL_SERVER, ...NOMAD_SERVER };

test.skipIf(!ready || (isRoot && requireTool('setpriv') === undefined))(
  'a user who is nobody special needs no rights, whatever his shell has set, and another user gets nothing of his clusters',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nomadctl-public-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    // An ordinary user is who runs the other tests, where they are not run as root.
    const copy = isRoot ? readableCopy(folder) : { env: {} };
    const opened = openLab({ ...copy, env: { ...copy.env, ...SURROUNDINGS }, ...(isRoot ? { as: setpriv(OWNER) } : {}) });
    onTestFinished(() => opened.end());
    if (isRoot) chownSync(opened.home, OWNER, OWNER);
    // As homes of users often are: what is in it has to keep others out by itself.
    chmodSync(opened.home, 0o755);
    await opened.must(['up', '--clients', '1']);
    await opened.must(['up', 'shared', '--clients', '1', '--addressing', 'ports']);
    for (const cluster of ['dev', 'shared']) {
      expect(await problemsWhenUp(opened, NODES, cluster)).toEqual([]);
      await opened.must(['job', 'deploy', 'redis', '--cluster', cluster]);
      const { uid, nodes, readable } = stranger(folder, opened, cluster);
      expect(uid).toBe(isRoot ? OTHER : process.getuid?.());
      const [server, client] = NODES.map((name) => nodes[name]);
      expect(server).toMatchObject({ ...ANSWERS, ...OF_SERVERS });
      expect(client).toMatchObject({ ...ANSWERS, ...nobody(OF_SERVERS) });
      // Of the home, which is open to all, nothing that belongs to a cluster.
      if (isRoot) expect(readable).toContain(opened.home);
      expect(readable.filter((path) => path.startsWith(join(opened.home, 'clusters')))).toEqual([]);
    }
    for (const cluster of ['dev', 'shared']) {
      await opened.must(['down', cluster]);
      expect(problemsWhenDown(opened, cluster)).toEqual([]);
      expect(existsSync(opened.paths(cluster).dir)).toBe(false);
    }
  },
  240_000,
);
