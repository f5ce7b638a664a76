// Before the tests: makes sure that what the suite needs is on this computer. Installs Debian packages where we are root,
// and nomadctl's external programs and a second Node where a whole run is asked for (root, CI or NOMADCTL_REQUIRE); elsewhere it only
// says what is missing. Whether something may be missing is for NOMADCTL_REQUIRE to say, see test/helpers/global-setup.ts.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from './find-on-path.mjs';
import { runChild } from './run-child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const isRoot = process.getuid?.() === 0;
const wholeRun = isRoot || (process.env.CI ?? '') !== '' || (process.env.NOMADCTL_REQUIRE ?? '') !== '';
/** Debian package -> the programs that the tests run. */
const packages = {
  // What jobs of the catalogue run.
  ...packagesOfJobs(),
  tmux: ['tmux'],
  zsh: ['zsh'],
  fish: ['fish'],
  // Opens the web interfaces.
  chromium: ['chromium'],
  // Emulated hosts are containers, of a root that debootstrap makes.
  'docker.io': ['dockerd'],
  iptables: ['iptables-restore'],
  iproute2: ['ip'],
  debootstrap: ['debootstrap'],
  e2fsprogs: ['mkfs.ext4'],
  'openssh-client': ['ssh'],
  'openssh-server': ['sshd'],
  // Networks of groups, and the wheel that envoy is in.
  'containernetworking-plugins': ['/usr/lib/cni/bridge'],
  'python3-pip': ['pip3'],
  // Scripts of image builds.
  shellcheck: ['shellcheck'],
  unzip: ['unzip'],
  curl: ['curl'],
};
/** The external programs that the tests run. */
const tools = ['consul', 'nomad', 'packer', 'terraform', 'fabio', 'consul-template', 'envoy', 'ferretdb'];

// Of an earlier run, and not to be counted as this one's.
rmSync(join(root, '.vitest-report.json'), { force: true });
await ensurePackages();
ensureInotifyInstances();
await ensureTools();
await ensureSecondNode();
await ensureObjectStore();

async function ensurePackages() {
  const missing = Object.keys(packages).filter((name) =>
    packages[name].some((program) => findOnPath(program) === undefined && !isBesidePath(program) && !existsSync(program)),
  );
  if (missing.length === 0) return;
  if (!isRoot || !findOnPath('apt-get')) return say(`not here, so their tests are skipped: ${missing.join(', ')}`);
  say(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runChild('apt-get', ['update', '-qq'], { env });
  const code = await withoutServices(() => runChild('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env }));
  if (code !== 0) say(`apt-get ended with exit code ${code}`);
}

/** Debian starts what it installs, unless this file says no; our tests bring their own. See invoke-rc.d(8). */
async function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    if (isOurs) rmSync(policy);
  }
}

/** As nomadctl names them to users: Debian package -> programs. */
function packagesOfJobs() {
  const found = {};
  for (const [program, { apt }] of Object.entries(systemPrograms())) (found[apt] ??= []).push(program);
  return found;
}

/** In a folder that the package alone knows; of a version only that there is one counts. */
function isBesidePath(program) {
  return (systemPrograms()[program]?.files ?? []).some((file) => existsSync(file.split('/*/')[0]));
}

function systemPrograms() {
  return JSON.parse(readFileSync(join(root, 'toolchain', 'system-programs.json'), 'utf8'));
}

/** The suite runs some twenty emulated hosts at a time, each with a systemd: the kernel's usual 128 are for sixteen. */
function ensureInotifyInstances() {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  if (!isRoot || !existsSync(file) || Number(readFileSync(file, 'utf8')) >= 1024) return;
  try {
    writeFileSync(file, '1024');
  } catch (error) {
    say(`fs.inotify.max_user_instances stays ${readFileSync(file, 'utf8').trim()}: ${error.message}`);
  }
}

async function ensureTools() {
  if (!wholeRun)
    return say(`what is missing of ${tools.join(', ')} is not installed now: node bin/nomadctl.js tools install ${tools.join(' ')}`);
  if ((await runChild(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-stale'])) !== 0) return;
  // From the pinned sources: the suite needs package registries and nothing else, so no release is asked for. What is
  // on PATH or was built before is used; the others are built one after the other, each for minutes on all processors.
  const env = { ...process.env, NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' };
  const startedAt = Date.now();
  const code = await runChild(process.execPath, [join(root, 'bin', 'nomadctl.js'), 'tools', 'install', ...tools], { env });
  say(`${tools.join(', ')}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
  if (code !== 0) say(`nomadctl tools install ended with exit code ${code}`);
}

/** The newest LTS Node, for the smoke test of the built package. */
async function ensureSecondNode() {
  const folder = join(root, 'test', 'fixtures', 'node-lts');
  if (!wholeRun || existsSync(join(folder, 'node_modules', '.bin', 'node'))) return;
  say('installing the newest LTS Node for the smoke test');
  const code = await runChild('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0) say(`npm ended with exit code ${code}`);
}

/** A real S3-compatible store, for states that are kept in one: pinned, and built from the module proxy. */
async function ensureObjectStore() {
  const folder = join(root, 'test', 'fixtures', 'versitygw');
  if (!wholeRun || existsSync(join(folder, 'dist', 'versitygw')) || !findOnPath('go')) return;
  say('building versitygw for the tests of states');
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
  const words = ['build', '-trimpath', '-ldflags=-s -w', '-o', join('dist', 'versitygw'), 'github.com/versity/versitygw/cmd/versitygw'];
  const code = await runChild('go', words, { cwd: folder, env });
  if (code !== 0) say(`go ended with exit code ${code}`);
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}
