import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serverOf, type Ask } from '../helpers/ask-agent.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const hasAgents = ['nomad', 'consul'].every((tool) => requireTool(tool) !== undefined);
const isRoot = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup');

interface Shape {
  readonly type?: string;
  readonly job?: string;
  readonly group?: string;
  readonly task?: string;
  readonly resources?: string;
  readonly script?: string;
}

const named = (): string => `t-${randomUUID().slice(0, 8)}`;

function job(
  id: string,
  { type = 'service', job: head = '', group = '', task = '', resources = '', script = 'sleep 300' }: Shape = {},
): string {
  return `
job "${id}" {
  type = "${type}"
  ${type === 'service' || type === 'system' ? 'update {\n min_healthy_time = "300ms"\n }' : ''}
  ${head}
  group "app" {
    ${group}
    task "main" {
      driver = "raw_exec"
      ${task}
      kill_timeout = "1s"
      config {
        command = "/bin/sh"
        args    = ["-c", ${JSON.stringify(script)}]
      }
      resources {
        ${/cores/.test(resources) ? '' : 'cpu = 20'}
        ${/memory/.test(resources) ? '' : 'memory = 32'}
        ${resources}
      }
    }
  }
}
`;
}

const reserved = (port: number): string => `network {\n port "p" {\n static = ${port}\n }\n }`;
const constraint = (attribute: string, operator: string, value = ''): string =>
  `constraint {\n attribute = "$${'{'}${attribute}}"\n operator = "${operator}"\n value = "${value}"\n }`;

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
}

/** A program that listens on an address, without one of the PATH. */
function listener(address: string, port: number): string {
  const program = `require('node:net').createServer().listen(${port}, '${address}')`;
  return `exec ${process.execPath} -e "${program}"`;
}

describe.skipIf(!hasAgents)('plans and deploys on a real cluster, as people type them', () => {
  let lab: Lab;
  let nomad: Ask;
  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--clients', '2', '--drivers', 'raw_exec']);
    ({ nomad } = await serverOf(lab));
  });
  afterAll(() => lab?.end());

  function file(text: string, name = `${named()}.nomad.hcl`): string {
    const path = join(lab.home, name);
    writeFileSync(path, text);
    return path;
  }

  const ask = async <T>(path: string): Promise<T> => (await (await nomad(path)).json()) as T;
  const allocations = (id: string) => ask<{ JobVersion: number; ClientStatus: string }[]>(`/v1/job/${id}/allocations`);
  const isRegistered = async (id: string): Promise<boolean> => (await nomad(`/v1/job/${id}`)).ok;

  it('a plan exits with 0, and with --exit-code as the deploy that would follow, or with 10', async () => {
    const id = named();
    const [fits, large] = [file(job(id)), file(job(id, { resources: 'memory = 9000000' }))];
    expect((await lab.must(['job', 'plan', large])).stdout).toContain('Does not fit: a deploy would register nothing, and exit with 1.');
    expect(await lab.run(['job', 'plan', large, '--exit-code'])).toMatchObject({ code: 1 });
    expect(await lab.run(['job', 'deploy', large])).toMatchObject({ code: 1 });
    expect(await isRegistered(id)).toBe(false);
    const changes = await lab.run(['job', 'plan', fits, '--exit-code']);
    expect(changes.code).toBe(10);
    const next = /^Next: {2}nomadctl (job deploy \S+ --check-index 0) {3}deploys this, unless somebody else/m.exec(changes.stdout)?.[1];
    await lab.must(next?.split(' ') ?? []);
    expect(await lab.run(['job', 'plan', fits, '--exit-code'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing to change.'),
    });
  });

  it('an unchanged service: says that nothing was registered', async () => {
    const path = file(job(named()));
    expect((await lab.must(['job', 'deploy', path])).stdout).toMatch(/^t-\S+ is running\./);
    const again = await lab.must(['job', 'deploy', path]);
    expect(again.stdout).toMatch(/^Nothing has changed, and nothing was registered: t-\S+ is running, as version 0\./);
    const refused = await lab.run(['job', 'deploy', path, '--rerun']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--rerun is for batch jobs that have ended; t-\S+ is a service job/),
    });
  });

  it('an unchanged batch job that has ended: says so, and runs again, each allocation once, when asked to', async () => {
    const id = named();
    const log = join(lab.home, `${id}.log`);
    const path = file(job(id, { type: 'batch', group: 'count = 2', script: `echo ran >> ${log}` }));
    const ran = (): number => readFileSync(log, 'utf8').trim().split('\n').length;
    expect((await lab.must(['job', 'deploy', path])).stdout).toMatch(/ran to its end\./);
    const again = await lab.must(['job', 'deploy', path]);
    expect(again.stdout).toMatch(/^Nothing has changed, and nothing was registered: \S+ has run to its end before, as version 0\./);
    expect(again.stdout).toContain(`Next:  nomadctl job deploy ${path} --rerun   runs it again`);
    expect((await lab.must(['job', 'plan', path])).stdout).toContain('Nothing to change: it has run to its end.');
    expect(ran()).toBe(2);
    const rerun = await lab.must(['job', 'deploy', path, '--rerun', '--json']);
    expect(rerun.json()).toMatchObject({ changed: true, outcome: 'complete' });
    expect(ran()).toBe(4);
    expect((await allocations(id)).map(({ ClientStatus }) => ClientStatus)).toEqual(Array(4).fill('complete'));
    // It is the same job as before: there is nothing in it that the file does not say.
    expect(await lab.run(['job', 'plan', path, '--exit-code'])).toMatchObject({ code: 0 });
  });

  it('an unchanged sysbatch job that has ended: says what Nomad runs it again for', async () => {
    const path = file(job(named(), { type: 'sysbatch', script: 'true' }));
    await lab.must(['job', 'deploy', path]);
    const why = 'Nomad runs a sysbatch job again when something in its tasks changes, such as a value in their meta';
    expect((await lab.must(['job', 'deploy', path])).stdout).toContain(why);
    expect(await lab.run(['job', 'deploy', path, '--rerun'])).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('a batch job that still runs is not run a second time', async () => {
    const path = file(job(named(), { type: 'batch' }));
    await lab.must(['job', 'deploy', path, '--detach']);
    expect(await lab.run(['job', 'deploy', path, '--rerun'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has not ended yet'),
    });
  });

  it('a job file on standard input is planned and deployed', async () => {
    const id = named();
    expect((await lab.must(['job', 'plan', '-'], { stdin: job(id) })).stdout).toContain('Everything fits.');
    expect((await lab.must(['job', 'deploy', '-'], { stdin: job(id) })).stdout).toContain(`${id} is running.`);
    const wrong = await lab.run(['job', 'deploy', '-'], { stdin: 'job "x" {\n  count = oops\n}\n' });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('the job file on standard input is wrong') });
    expect(await lab.run(['job', 'deploy', '-'], { stdin: '' })).toMatchObject({
      stderr: expect.stringContaining('the job file on standard input is empty'),
    });
  });

  it('a job that reads a file is deployed from where that is', async () => {
    const folder = join(lab.home, 'with files');
    mkdirSync(folder);
    writeFileSync(join(folder, 'conf.tpl'), 'level = info\n');
    const id = named();
    const text = job(id, { task: 'template {\n data = file("conf.tpl")\n destination = "local/conf"\n }' });
    writeFileSync(join(folder, 'job.nomad.hcl'), text);
    const elsewhere = await lab.run(['job', 'deploy', 'with files/job.nomad.hcl'], { cwd: lab.home });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain(`Nomad looks for such files in the folder where you stand, ${lab.home}`);
    expect(elsewhere.stderr).toContain("next  cd 'with files'   then the same with job.nomad.hcl");
    await lab.must(['job', 'deploy', 'job.nomad.hcl'], { cwd: folder });
  });

  it('a static port that clients share: one allocation can have it, and a plan and a deploy say so before', async () => {
    const [id, port] = [named(), await freePort()];
    const shape = { type: 'system', group: reserved(port), script: listener('127.0.0.1', port) };
    const system = file(job(id, shape));
    const line = `2 allocations need static port ${port} (p) at once, which one can have: all clients of this computer share 127.0.0.1`;
    expect(await lab.run(['job', 'plan', system, '--exit-code'])).toMatchObject({ code: 1, stdout: expect.stringContaining(line) });
    expect(await lab.run(['job', 'deploy', system])).toMatchObject({ code: 1, stderr: expect.stringContaining(line) });
    expect(await isRegistered(id)).toBe(false);

    const holder = named();
    await lab.must(['job', 'deploy', file(job(holder, { ...shape, type: 'service' }))]);
    const second = await lab.run(['job', 'deploy', file(job(named(), { ...shape, type: 'service' }))]);
    expect(second.stderr).toMatch(
      new RegExp(`needs static port ${port} \\(p\\), job ${holder} \\(allocation [0-9a-f]{8}\\) on client-\\d has it`),
    );
    // The same job once more, with a change that replaces its allocation.
    await lab.must(['job', 'deploy', file(job(holder, { ...shape, type: 'service', resources: 'memory = 40' }))]);
    await lab.must(['job', 'stop', holder]);
  });

  it("a static port on a client's own address: every client has it", async () => {
    const port = await freePort();
    const path = file(job(named(), { type: 'system', group: reserved(port), script: listener('${meta.address}', port) }));
    const { allocations: placed } = (await lab.must(['job', 'deploy', path, '--json'])).json<{ allocations: object[] }>();
    expect(placed).toHaveLength(2);
  });

  it('a static port that some other program has', async () => {
    const server = createServer();
    const port = await listen(server, 0);
    onTestFinished(() => void server.close());
    const plan = await lab.must(['job', 'plan', file(job(named(), { group: reserved(port) }))]);
    expect(plan.stdout).toContain(`needs static port ${port} (p), a program that is no job of this cluster listens there on 127.0.0.1`);
  });

  it.runIf(isRoot)('a task over its memory: names the limit, as far as that is known', async () => {
    const once = 'restart {\n attempts = 0\n mode = "fail"\n }\n reschedule {\n attempts = 0\n unlimited = false\n }';
    const id = named();
    const note = 'probably out of memory: its limit is 32 MiB, and Nomad did not kill it';
    const failed = await lab.run(['job', 'deploy', file(job(id, { group: once, script: 'exec tail /dev/zero' }))]);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(note) });
    expect((await lab.must(['job', 'status', id])).stdout).toContain(`(${note})`);
  });

  const clients = (why: (client: string) => string): string[] => ['client-1', 'client-2'].map((client) => `  ${client} · ${why(client)}`);
  const all = (why: string): string[] => clients(() => why);

  it.each<[what: string, shape: Shape, lines: () => string[]]>([
    ['=', { job: constraint('attr.kernel.name', '=', 'windows') }, () => all('attr.kernel.name is linux, must be windows')],
    ['!=', { group: constraint('node.datacenter', '!=', 'dc1') }, () => all('node.datacenter is dc1, must be anything but dc1')],
    ['>', { task: constraint('meta.none', '>', '3') }, () => all('meta.none is not set, must be more than 3')],
    [
      'regexp',
      { job: constraint('node.unique.name', 'regexp', '^server') },
      () => clients((name) => `node.unique.name is ${name}, must match ^server`),
    ],
    [
      'version',
      { job: constraint('attr.nomad.version', 'version', '< 1.0') },
      () => [expect.stringMatching(/client-1 · attr\.nomad\.version is \d\S+, must be a version < 1\.0$/)],
    ],
    [
      'set_contains',
      { job: constraint('attr.kernel.name', 'set_contains', 'linux,bsd') },
      () => all('attr.kernel.name is linux, must contain linux and bsd'),
    ],
    [
      'set_contains_any',
      { job: constraint('attr.kernel.name', 'set_contains_any', 'bsd,mach') },
      () => all('attr.kernel.name is linux, must contain bsd or mach'),
    ],
    ['is_set', { job: constraint('meta.rack', 'is_set') }, () => all('meta.rack is not set, must be set')],
    ['is_not_set', { job: constraint('attr.kernel.name', 'is_not_set') }, () => all('attr.kernel.name is linux, must not be set')],
    ['datacenters', { job: 'datacenters = ["eu-*"]' }, () => all('is in datacenter dc1, the job asks for eu-*')],
    [
      'drivers',
      { task: '', group: 'task "other" {\n driver = "docker"\n config {\n image = "none:1"\n }\n }' },
      () => all('driver docker: not there'),
    ],
    [
      'distinct_hosts',
      { group: 'count = 3\n constraint {\n operator = "distinct_hosts"\n }' },
      () => all('gets one allocation, may have one of this group (distinct_hosts)'),
    ],
    [
      'distinct_property',
      { group: 'count = 2\n constraint {\n operator = "distinct_property"\n attribute = "${node.datacenter}"\n }' },
      () => all('node.datacenter is dc1, which 1 allocation of at most 1 have (distinct_property)'),
    ],
    ['host volumes', { group: 'volume "v" {\n type = "host"\n source = "data"\n }' }, () => all('has no host volume, must have data')],
    [
      'CSI volumes',
      { group: 'volume "v" {\n type = "csi"\n source = "db"\n access_mode = "single-node-writer"\n attachment_mode = "file-system"\n }' },
      () => all("needs CSI volume db, which is not registered in the job's namespace"),
    ],
    ['devices', { resources: 'device "nvidia/gpu" {\n count = 2\n }' }, () => all('has no device, must have 2 nvidia/gpu')],
    [
      'host networks',
      { group: 'network {\n port "http" {\n host_network = "public"\n }\n }' },
      () => all('has host network default, must have public for port http'),
    ],
    [
      'network modes',
      { group: 'network {\n mode = "cni/mine"\n }' },
      () => [expect.stringMatching(/client-2 · .*must have cni\/mine$|client-2 · attr\.plugins\.cni\S* is not set/)],
    ],
    [
      'memory',
      { resources: 'memory = 9000000' },
      () => [expect.stringMatching(/client-1 · needs 9000000 MiB of memory, \d+ of \d+ are free$/)],
    ],
    ['cores', { resources: 'cores = 900' }, () => [expect.stringMatching(/client-2 · needs 900 cores, \d+ of \d+ (is|are) free$/)]],
    [
      'disk',
      { group: 'ephemeral_disk {\n size = 900000000\n }' },
      () => [expect.stringMatching(/client-1 · needs 900000000 MiB of disk, \d+ of \d+ are free$/)],
    ],
  ])('says of each node what it has and what is wanted: %s', async (_, shape, lines) => {
    const plan = await lab.must(['job', 'plan', file(job(named(), shape)), '--json']);
    const { fits, why } = plan.json<{ fits: boolean; why: string[] }>();
    expect(fits).toBe(false);
    expect(why).toEqual(expect.arrayContaining(lines()));
    expect(why).toHaveLength(3);
  });
});
