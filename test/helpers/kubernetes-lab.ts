import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { programOnPath } from './require-tool.js';

/** A Kubernetes of one node on this computer: control plane, kubelet and containerd, all of them real. */
export interface KubernetesLab {
  readonly folder: string;
  /** With kubectl in it. */
  readonly bin: string;
  /** Of whoever may do everything; its one context is `lab`. */
  readonly kubeconfig: string;
  /** Of somebody whom the server knows, and who may do nothing; its context is `lab`, too. */
  readonly strangerConfig: string;
  /** Where pods reach this computer. */
  readonly address: string;
  kubectl(argv: readonly string[], stdin?: string): string;
  /** Imports a docker archive, for pods whose policy takes what is there. */
  importImage(archive: string): void;
  /** Ends the first process of a pod's container, as the kernel does it: Kubernetes is not asked. */
  killContainer(namespace: string, pod: string): void;
  close(): Promise<void>;
}

/** Of the image that stands for the pause image, too: `importImage` must bring it before pods come up. */
export const LAB_IMAGE = 'docker.io/library/nomadctl-bootstrap:lab';
const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kubectl'];
const CNI = ['/usr/lib/cni', '/opt/cni/bin'].find((folder) => existsSync(join(folder, 'bridge')));
const NODE = 'node-1';

/**
 * A program that is etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet and kubectl by the name it is called with,
 * where everything is there that they need; or nothing: the tests are then skipped by name.
 */
export function findKubernetes(): string | undefined {
  const program = process.env['NOMADCTL_TEST_KUBERNETES'];
  const able =
    program !== undefined &&
    existsSync(program) &&
    process.getuid?.() === 0 &&
    CNI !== undefined &&
    ['containerd', 'ctr', 'runc'].every(programOnPath);
  if (!able && (process.env['NOMADCTL_REQUIRE'] ?? '').split(',').includes('kubernetes'))
    throw new Error('NOMADCTL_REQUIRE names kubernetes: that takes NOMADCTL_TEST_KUBERNETES, root, containerd, runc and CNI plugins');
  return able ? program : undefined;
}

export async function startKubernetes(program: string): Promise<KubernetesLab> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-kube-'));
  const at = (...names: string[]): string => join(folder, ...names);
  for (const name of ['bin', 'pki', 'logs', 'cni', 'kubelet', 'containerd', 'pods']) mkdirSync(at(name));
  for (const name of PROGRAMS) symlinkSync(program, at('bin', name));
  const third = process.pid % 250;
  const [here, address] = [`127.43.${third}.1`, `10.43.${third}.1`];
  const bridge = `nk${process.pid}`;
  const children: ChildProcess[] = [];
  const start = (name: string, argv: readonly string[], file = at('bin', name)): void => {
    const log = openSync(at('logs', name), 'a');
    // PATH for runc and mount; no proxy, which would be asked for addresses of this computer.
    const env = { PATH: process.env['PATH'], HOME: folder };
    children.push(spawn(file, argv, { cwd: folder, env, detached: true, stdio: ['ignore', log, log] }));
  };
  const tokens = { admin: token(), manager: token(), scheduler: token(), node: token(), stranger: token() };
  writeFileSync(at('tokens.csv'), tokenLines(tokens), { mode: 0o600 });
  makeKeys(at('pki'));
  const configOf = (user: keyof typeof tokens): string => {
    const file = at(`${user}.kubeconfig`);
    const cluster = { server: `https://${here}:6443`, 'certificate-authority': at('pki/apiserver.crt') };
    writeFileSync(file, JSON.stringify(kubeconfig(cluster, tokens[user])), { mode: 0o600 });
    return file;
  };
  const kubeconfigFile = configOf('admin');
  const kubectl = (argv: readonly string[], stdin?: string): string =>
    execFileSync(at('bin/kubectl'), argv, {
      ...{ encoding: 'utf8', env: { ...process.env, KUBECONFIG: kubeconfigFile }, stdio: ['pipe', 'pipe', 'pipe'] },
      ...(stdin === undefined ? {} : { input: stdin }),
    }).trim();
  const ctr = (...argv: string[]): string =>
    execFileSync('ctr', ['--address', at('containerd/sock'), '--namespace', 'k8s.io', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const close = async (): Promise<void> => {
    quietly(() => kubectl(['delete', 'namespaces', '--selector', 'app.kubernetes.io/managed-by=nomadctl', '--wait=false']));
    quietly(() => kubectl(['delete', 'deployments,pods', '--all', '--all-namespaces', '--grace-period=1', '--timeout=60s']));
    // kubelet first: it would start again what is killed.
    await end(children.slice(5));
    quietly(() => {
      for (const line of ctr('tasks', 'ls', '-q').split('\n').filter(Boolean))
        quietly(() => ctr('tasks', 'kill', '--signal', 'SIGKILL', line));
    });
    await end(children.slice(0, 5));
    quietly(() => {
      const mounts = readFileSync('/proc/self/mounts', 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[1] ?? '');
      for (const mount of mounts.filter((one) => one.startsWith(folder)).reverse()) quietly(() => execFileSync('umount', ['-l', mount]));
    });
    quietly(() => execFileSync('ip', ['link', 'delete', bridge], { stdio: 'ignore' }));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  try {
    execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
    execFileSync('ip', ['address', 'add', `${address}/24`, 'dev', bridge]);
    execFileSync('ip', ['link', 'set', bridge, 'up']);
    writeFileSync(at('cni/10-lab.conflist'), JSON.stringify(network(bridge, `10.43.${third}.0/24`)));
    writeFileSync(at('containerd.toml'), containerdConfig(folder));
    writeFileSync(at('kubelet.json'), JSON.stringify(kubeletConfig(folder, address)));

    const [client, peer] = [`http://${here}:2379`, `http://${here}:2380`];
    start('etcd', [
      ...[
        '--name=lab',
        `--data-dir=${at('etcd')}`,
        '--unsafe-no-fsync',
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
      ],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=lab=${peer}`],
    ]);
    start('kube-apiserver', [
      ...[
        `--etcd-servers=${client}`,
        `--bind-address=${here}`,
        '--secure-port=6443',
        `--cert-dir=${at('pki')}`,
        `--token-auth-file=${at('tokens.csv')}`,
      ],
      ...[
        '--authorization-mode=Node,RBAC',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--service-account-issuer=https://kubernetes.default.svc',
      ],
      ...[
        `--service-account-key-file=${at('pki/sa.pub')}`,
        `--service-account-signing-key-file=${at('pki/sa.key')}`,
        '--endpoint-reconciler-type=none',
      ],
      ...['--allow-privileged=true', '--anonymous-auth=false', '--kubelet-preferred-address-types=InternalIP'],
      ...[`--kubelet-client-certificate=${at('pki/client.crt')}`, `--kubelet-client-key=${at('pki/client.key')}`],
    ]);
    await until(() => kubectl(['get', '--raw', '/readyz']) === 'ok');
    start('kube-controller-manager', [
      ...[
        `--kubeconfig=${configOf('manager')}`,
        `--service-account-private-key-file=${at('pki/sa.key')}`,
        `--root-ca-file=${at('pki/apiserver.crt')}`,
      ],
      ...['--leader-elect=false', '--secure-port=0', '--use-service-account-credentials=false'],
    ]);
    start('kube-scheduler', [`--kubeconfig=${configOf('scheduler')}`, '--leader-elect=false', '--secure-port=0']);
    start('containerd', ['--config', at('containerd.toml')], programOnPath('containerd'));
    await until(() => ctr('version') !== '');
    start('kubelet', [
      ...[`--kubeconfig=${configOf('node')}`, `--config=${at('kubelet.json')}`, `--hostname-override=${NODE}`, `--node-ip=${address}`],
      ...[`--root-dir=${at('kubelet')}`, `--cert-dir=${at('kubelet/pki')}`],
    ]);
    await until(() => kubectl(['wait', '--for=condition=Ready', `node/${NODE}`, '--timeout=5s']).includes('condition met'));
    await until(() => kubectl(['get', 'serviceaccount', 'default', '-o', 'name']).includes('default'));
  } catch (error) {
    for (const name of PROGRAMS.slice(0, 5).concat('containerd')) {
      const log = quietly(() => readFileSync(at('logs', name), 'utf8').split('\n').slice(-15).join('\n'));
      process.stderr.write(`--- ${name}\n${log ?? 'none'}\n`);
    }
    await close();
    throw error;
  }
  return {
    ...{ folder, bin: at('bin'), kubeconfig: kubeconfigFile, strangerConfig: configOf('stranger'), address, kubectl, close },
    importImage: (archive) => void ctr('images', 'import', archive),
    killContainer(namespace, pod) {
      const id = kubectl(['get', 'pod', '--namespace', namespace, pod, '--output', 'jsonpath={.status.containerStatuses[0].containerID}']);
      const task = ctr('tasks', 'ls')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .find(([container]) => id.endsWith(`/${container}`));
      process.kill(Number(task?.[1] ?? Number.NaN), 'SIGKILL');
    },
  };
}

const token = (): string => randomBytes(16).toString('hex');

const tokenLines = (tokens: Readonly<Record<'admin' | 'manager' | 'scheduler' | 'node' | 'stranger', string>>): string =>
  [
    `${tokens.admin},admin,1,"system:masters"`,
    `${tokens.manager},system:kube-controller-manager,2,"system:masters"`,
    `${tokens.scheduler},system:kube-scheduler,3,"system:masters"`,
    `${tokens.node},system:node:${NODE},4,"system:nodes"`,
    `${tokens.stranger},stranger,5,"strangers"`,
    '',
  ].join('\n');

/** Keys of service accounts, and the certificate by which the server asks the kubelet for logs and commands. */
function makeKeys(folder: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(join(folder, 'sa.pub'), publicKey);
  writeFileSync(join(folder, 'sa.key'), privateKey, { mode: 0o600 });
  const openssl = (...argv: string[]): void => void execFileSync('openssl', argv, { cwd: folder, stdio: 'ignore' });
  openssl(...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=lab', '-keyout', 'ca.key', '-out', 'ca.crt']);
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/O=system:masters/CN=server', '-keyout', 'client.key', '-out', 'client.csr'],
  );
  openssl(
    ...['x509', '-req', '-days', '2', '-in', 'client.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'client.crt'],
  );
}

const kubeconfig = (cluster: object, key: string): object => ({
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'lab' },
  clusters: [{ name: 'lab', cluster }],
  users: [{ name: 'lab', user: { token: key } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
});

/** Without masquerading, which would change this computer's rules: pods reach its bridge and each other, and that is all. */
const network = (bridge: string, subnet: string): object => ({
  cniVersion: '0.4.0',
  name: 'lab',
  plugins: [
    {
      ...{ type: 'bridge', bridge, isGateway: true, ipMasq: false },
      ipam: { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
});

const containerdConfig = (folder: string): string => `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
[grpc]
  address = "${folder}/containerd/sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${LAB_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI}"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
`;

const kubeletConfig = (folder: string, address: string): object => ({
  ...{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' },
  ...{ address, port: 10250, readOnlyPort: 0, healthzPort: 0, containerRuntimeEndpoint: `unix://${folder}/containerd/sock` },
  ...{ podLogsDir: join(folder, 'pods'), volumePluginDir: join(folder, 'plugins'), resolvConf: '' },
  ...{ failCgroupV1: false, cgroupDriver: 'cgroupfs', cgroupsPerQOS: false, enforceNodeAllocatable: [], failSwapOn: false },
  ...{ makeIPTablesUtilChains: false, localStorageCapacityIsolation: false },
  evictionHard: Object.fromEntries(
    ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available', 'imagefs.inodesFree'].map((name) => [name, '0%']),
  ),
  authentication: { anonymous: { enabled: false }, webhook: { enabled: false }, x509: { clientCAFile: join(folder, 'pki/ca.crt') } },
  authorization: { mode: 'AlwaysAllow' },
});

/** Outside of tests, where there is no `expect.poll`. */
async function until(look: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (!look()) throw new Error(`not yet: ${String(look)}`);
    },
    { timeout: 60_000, interval: 200 },
  );
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Ends programs that were started here, by their ids. */
async function end(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) return resolve();
          child.once('exit', () => resolve());
          child.kill('SIGTERM');
          setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
        }),
    ),
  );
}
