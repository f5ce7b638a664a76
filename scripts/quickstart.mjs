// From a fresh clone to a cluster with a checked job: libraries, build, tools, `up`, `job deploy redis`. Needs Node alone
// (and Go or the internet, for what is missing); safe to run as often as wanted.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from './find-on-path.mjs';
import { librariesAreCurrent } from './installed-libraries.mjs';
import { runChild } from './run-child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'bin', 'nomadctl.js');
const cluster = 'dev';
const PREREQUISITE = 3;

const steps = [
  { title: 'Libraries', run: () => (librariesAreCurrent(root) ? say('as package-lock.json says') : npm('ci', '--no-audit', '--no-fund')) },
  { title: 'Build', run: () => node(join(root, 'scripts', 'build.mjs'), '--if-stale') },
  { title: 'Prerequisites', run: checkPrograms },
  { title: 'Consul and Nomad', run: () => node(cli, 'tools', 'install') },
  { title: `Cluster ${cluster}`, run: () => node(cli, 'up', cluster) },
  { title: 'First job: redis behind Consul Connect', run: () => node(cli, 'job', 'deploy', 'redis', '--cluster', cluster) },
];

process.exitCode = await quickstart();

async function quickstart() {
  for (const [index, { title, run }] of steps.entries()) {
    process.stderr.write(`${index === 0 ? '' : '\n'}${bold(`[${index + 1}/${steps.length}] ${title}`)}\n`);
    const code = await run();
    if (code !== 0) return stopped(title, code);
  }
  process.stdout.write(`\n${bold('Everything works.')} What to try next:\n\n${nextSteps()}\n`);
  return 0;
}

function nextSteps() {
  const commands = [
    ['node bin/nomadctl.js status', 'agents, leaders, members, jobs'],
    ['node bin/nomadctl.js ui nomad', "Nomad's own web pages"],
    ['node bin/nomadctl.js job verify redis --failover', 'stop redis and see it come back'],
    ['node bin/nomadctl.js up --clients 3', 'one node more'],
    ['node bin/nomadctl.js down', 'and back to nothing'],
    ['npm link', 'from then on it is just `nomadctl`'],
  ];
  return commands.map(([command, what]) => `  ${command.padEnd(50)}${what}`).join('\n');
}

function stopped(title, code) {
  const interrupted = code === 130 || code === 143 || code === 129;
  const what = interrupted ? 'Interrupted.' : `Stopped at "${title}" (exit ${code}). Once that is settled,`;
  process.stderr.write(`\n${what} ${interrupted ? 'The' : 'the'} same command goes on from here:  npm run quickstart\n`);
  return code;
}

/** Before minutes are spent on a build: what the job runs, and nomadctl does not bring along. */
async function checkPrograms() {
  const missing = ['redis-server', 'redis-cli'].filter((name) => findOnPath(name) === undefined);
  if (missing.length === 0) return say(`Node ${process.versions.node}, redis-server`);
  process.stderr.write(`${missing.join(' and ')} not found on PATH: the first job runs a redis of this computer.\n`);
  process.stderr.write("  node bin/nomadctl.js doctor --fix   installs it with the system's packages, after asking\n");
  return PREREQUISITE;
}

function say(text) {
  process.stderr.write(`${text}\n`);
  return 0;
}

function node(...argv) {
  return runChild(process.execPath, argv);
}

/** npm is beside the Node that runs us, or on PATH. */
function npm(...argv) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? runChild(process.execPath, [script, ...argv], { cwd: root }) : runChild('npm', argv, { cwd: root });
}

function bold(text) {
  const plain = !process.stderr.isTTY || process.env.NO_COLOR || process.env.TERM === 'dumb' || process.env.CI;
  return plain ? text : `\u001B[1m${text}\u001B[22m`;
}
