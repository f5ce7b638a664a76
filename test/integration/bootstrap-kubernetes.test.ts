import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { bootstrapArchive } from '../helpers/bootstrap-archive.js';
import { hostsIn, namesOf } from '../helpers/described-hosts.js';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { findKubernetes, LAB_IMAGE, startKubernetes, type KubernetesLab } from '../helpers/kubernetes-lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, startCli, type CliOptions, type CliResult } from '../helpers/run-cli.js';
import { resourcesLeft } from '../helpers/take-down.js';
import { terraformHome } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const kubernetes = findKubernetes();
const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const able = kubernetes !== undefined && programs !== undefined && requireTool('ssh') !== undefined;
const CLUSTER = `k${process.pid}`;
const NAME = `nomadctl-bootstrap-${CLUSTER}`;
const NAMESPACE = `nomadctl-${CLUSTER}`;
/** That of the second test. */
const OTHER = `o${process.pid}`;

interface Status {
  readonly run: { readonly outcome: string } | null;
  readonly steps: readonly { readonly id: string; readonly status: string; readonly error?: string }[];
}

interface Item {
  readonly metadata: { readonly name: string; readonly uid: string };
}

describe.skipIf(!able)('a bootstrapper on Kubernetes', () => {
  let lab: KubernetesLab;
  let scratch: string;
  let hasImage = false;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'nomadctl-kube-test-'));
    lab = await startKubernetes(kubernetes ?? '');
  }, 180_000);
  afterAll(async () => {
    await lab?.close();
    rmSync(scratch, { recursive: true, force: true });
  }, 180_000);

  /** A jump host with the file of a cluster on an emulated cloud, which pods reach at the node's address. */
  async function jumpHost(cluster: string): Promise<{ cloud: EmulatedCloud; options: CliOptions; up: readonly string[] }> {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const ctx = await terraformHome(cloud, tools, { name: cluster });
    const { home } = ctx.paths;
    mkdirSync(join(home, '.local/share/terraform'), { recursive: true });
    symlinkSync(tools.plugins, join(home, '.local/share/terraform/plugins'));
    if (!hasImage) lab.importImage(await bootstrapArchive({ ...ctx, env: { ...ctx.env, HOME: home } }, scratch, LAB_IMAGE));
    hasImage = true;
    const { file } = ctx.paths.cluster(cluster);
    writeFileSync(file, readFileSync(file, 'utf8').replace(cloud.url, await relay(cloud.url, lab.address)));
    const path = [lab.bin, dirname(tools.terraform), process.env['PATH']].join(':');
    const options = { home, env: { PATH: path, KUBECONFIG: lab.kubeconfig }, timeoutMs: 300_000 };
    return { cloud, options, up: ['bootstrap', 'up', cluster, '--until', 'apply-cluster'] };
  }

  const get = (kinds: string, namespace = NAMESPACE): readonly Item[] =>
    (JSON.parse(lab.kubectl(['get', kinds, '--namespace', namespace, '--output', 'json'])) as { items: Item[] }).items;
  const pods = (): readonly Item[] => get('pods');

  test('is killed and moved, makes the cluster all the same, and goes after it', { timeout: 400_000 }, async () => {
    const { cloud, options, up } = await jumpHost(CLUSTER);
    const before = await resourcesLeft(cloud);
    const ok = async (...argv: readonly string[]): Promise<CliResult> => {
      const result = await runCli(argv, options);
      expect([argv.join(' '), result.code, result.code === 0 ? '' : result.stderr]).toEqual([argv.join(' '), 0, '']);
      return result;
    };
    const status = async (): Promise<Status> => (await runCli(['bootstrap', 'status', CLUSTER, '--json'], options)).json<Status>();
    const untilStep = async (step: string): Promise<void> => {
      const steps = async (): Promise<string[]> => {
        const { steps, run } = await status();
        expect(steps.filter(({ status }) => status === 'failed' && run?.outcome === 'failed')).toEqual([]);
        return steps.map(({ id }) => id);
      };
      await expect.poll(steps, { timeout: 120_000, interval: 200 }).toContain(step);
    };
    const inPod = (...argv: readonly string[]): string =>
      lab.kubectl(['exec', '--namespace', NAMESPACE, `deployment/${NAME}`, '--', ...argv]);
    const where = ['--on', 'kubernetes', '--image', LAB_IMAGE, '--storage-class', 'none', '--volume-size', '1Gi'];
    onTestFailed(() => void process.stderr.write(lab.kubectl(['logs', '--namespace', NAMESPACE, `deployment/${NAME}`, '--tail=60'])));
    const kill = (): void => lab.killContainer(NAMESPACE, pods()[0]?.metadata.name ?? '');
    volumeByHand(lab);

    // The server tells what would be made, and makes nothing.
    const planned = await ok(...up, ...where, '--plan');
    for (const kind of ['Namespace', 'PersistentVolumeClaim', 'ServiceAccount', 'ConfigMap', 'NetworkPolicy', 'Deployment'])
      expect(planned.stdout).toContain(`+ ${kind} ${kind === 'Namespace' ? NAMESPACE : NAME}`);
    expect(lab.kubectl(['get', 'namespace', NAMESPACE, '--ignore-not-found'])).toBe('');

    await ok(...up, ...where, '--detach');
    await untilStep('cluster/apply-network');
    // As the kernel does it, without a word to Kubernetes: the container begins anew, in the same pod.
    const [first] = pods();
    kill();
    await untilStep('cluster/apply-cluster');
    expect(pods().map(({ metadata }) => metadata.uid)).toEqual([first?.metadata.uid]);
    // As an eviction does it: another pod, with the same volume.
    lab.kubectl(['delete', 'pod', '--namespace', NAMESPACE, first?.metadata.name ?? '', '--wait=false']);
    // Where it lives, and of which image, is remembered.
    await ok(...up);
    expect(pods().map(({ metadata }) => metadata.uid)).not.toContain(first?.metadata.uid);
    expect(namesOf(await hostsIn(cloud))).toEqual([`${CLUSTER}-client-1`, `${CLUSTER}-consul-server-1`, `${CLUSTER}-nomad-server-1`]);
    // The emulator is in this process, which must not stand still meanwhile.
    const words = ['--', 'node', '/opt/nomadctl/bin/nomadctl.js', 'up', CLUSTER, '--until', 'apply-cluster', '--json'];
    const inside = await promisify(execFile)(join(lab.bin, 'kubectl'), ['exec', '--namespace', NAMESPACE, `deployment/${NAME}`, ...words], {
      env: { ...process.env, KUBECONFIG: lab.kubeconfig },
    });
    expect(JSON.parse(inside.stdout)).toMatchObject({ stepsRun: 0 });
    const plan = (await ok(...up, '--plan', '--json')).json<{ steps: { id: string; action: string }[]; objects?: string[] }>();
    expect(plan.steps.filter(({ action }) => action === 'run').map(({ id }) => id)).toEqual(['follow-bootstrapper']);
    expect(plan.objects).toBeUndefined();
    // What somebody changed is told, and what is asked for otherwise.
    lab.kubectl(['label', 'configmap', '--namespace', NAMESPACE, NAME, 'app.kubernetes.io/instance=other', '--overwrite']);
    const changed = (await ok(...up, '--image-pull-policy', 'Never', '--plan', '--json')).json<{ objects?: string[] }>();
    expect(changed.objects).toEqual([
      `~ ConfigMap ${NAME}`,
      expect.stringMatching(/annotations.*pull-policy.*"IfNotPresent" -> "Never"/),
      expect.stringMatching(/instance.*"other" -> /),
      `~ Deployment ${NAME}`,
      expect.stringMatching(/imagePullPolicy: "IfNotPresent" -> "Never"/),
    ]);

    // Only the secret has a key in it; the volume keeps them for their owner alone.
    const { privateKey } = cloud.credentials;
    const shown = lab.kubectl(['get', 'all,configmaps,events', '--namespace', NAMESPACE, '--output', 'json']);
    const log = lab.kubectl(['logs', '--namespace', NAMESPACE, `deployment/${NAME}`]);
    expect(log).toMatch(/Done: bootstrap up/);
    expect(shown + log).not.toContain(privateKey);
    const listed = inPod('ls', '-l', '/project/parcel.json', `/project/nomadctl/clusters/${CLUSTER}/secrets.json`);
    expect(listed.match(/^-rw------- /gm)).toHaveLength(2);

    const destroying = startCli(['bootstrap', 'destroy', CLUSTER, '--yes'], options);
    await untilStep('take-down');
    destroying.child.kill('SIGKILL');
    await destroying.done;
    kill();
    expect(get('persistentvolumeclaims').map(({ metadata }) => metadata.name)).toEqual([NAME]);
    const destroyed = await ok('bootstrap', 'destroy', CLUSTER, '--yes');
    expect(destroyed.stdout).toMatch(
      /PersistentVolume by-hand-\S+, which its class retains with the states and secrets on it, is all that is left/,
    );
    expect(await resourcesLeft(cloud)).toEqual(before);
    expect(lab.kubectl(['get', 'namespace', NAMESPACE, '--ignore-not-found'])).toBe('');
    expect((await ok('bootstrap', 'destroy', CLUSTER, '--on', 'kubernetes', '--yes')).stdout).toMatch(/nothing to destroy/);
  });

  test('says what keeps it from running, and in whose namespace it works', { timeout: 300_000 }, async () => {
    const { options, up } = await jumpHost(OTHER);
    lab.kubectl(['delete', 'persistentvolumes', '--all', '--wait=false']);
    const fails = async (flags: readonly string[], more: Partial<CliOptions> = {}): Promise<string> => {
      const result = await runCli([...up, '--on', 'kubernetes', '--image', LAB_IMAGE, ...flags], { ...options, ...more });
      expect([flags, result.code]).not.toEqual([flags, 0]);
      return result.stderr;
    };
    const inContext = (kubeconfig: string): Partial<CliOptions> => ({ env: { ...options.env, KUBECONFIG: kubeconfig } });

    expect(await fails(['--context', 'nowhere'])).toMatch(/kubectl has no context nowhere/);
    expect(await fails([], inContext(lab.strangerConfig))).toMatch(/user stranger may not get configmaps in namespace/);
    expect(await fails(['--storage-class', 'Not_A_Class', '--plan'])).toMatch(/Not_A_Class/);
    expect(await fails([])).toMatch(/volume \S+ stays pending[\s\S]*no storage class was named, and this Kubernetes has no default one/);
    // A volume on which nothing lies yet is made as it is asked for now; an image is told with its name.
    volumeByHand(lab);
    expect(await fails(['--storage-class', 'none', '--volume-size', '1Gi', '--image', '127.0.0.1:1/none:1'])).toMatch(
      /the nodes cannot have image 127\.0\.0\.1:1\/none:1/,
    );
    expect((await runCli(['bootstrap', 'status', OTHER], options)).stdout).toMatch(/deployment (ErrImagePull|ImagePullBackOff)/);
    lab.kubectl(['delete', 'namespace', `nomadctl-${OTHER}`]);

    // One that is somebody else's is used, and stays.
    const theirs = `theirs-${OTHER}`;
    lab.kubectl(['create', 'namespace', theirs]);
    lab.kubectl(['create', 'quota', 'none', '--namespace', theirs, '--hard=pods=0']);
    rmSync(join(options.home, 'clusters', OTHER, 'bootstrap.json'), { force: true });
    volumeByHand(lab);
    expect(await fails(['--kube-namespace', theirs, '--storage-class', 'none', '--volume-size', '1Gi'])).toMatch(
      /Kubernetes makes no pod for the bootstrapper in namespace theirs-[\s\S]*exceeded quota/,
    );
    expect(lab.kubectl(['get', 'namespace', theirs, '--output', 'jsonpath={.metadata.labels}'])).not.toContain('nomadctl');
  });
});

/** Kubernetes has no storage provider here: a folder of the node stands for a disk. */
function volumeByHand(lab: KubernetesLab): void {
  const volume = {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { generateName: 'by-hand-' } },
    spec: {
      ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: '' },
      hostPath: { path: mkdtempSync(join(lab.folder, 'volume-')), type: 'Directory' },
    },
  };
  lab.kubectl(['create', '--filename', '-'], JSON.stringify(volume));
}

/** A door at another address of this computer. */
async function relay(url: string, address: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, address, listening));
  onTestFinished(() => void server.close());
  return `http://${address}:${(server.address() as AddressInfo).port}`;
}
