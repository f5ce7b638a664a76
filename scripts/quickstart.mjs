// From a fresh clone to a cluster with a checked job: libraries, build, programs, `up`, `job deploy redis`. Needs Node alone
// (and Go or the internet, for what is missing); safe to run as often as wanted. Whoever starts it wants all of it: what is
// missing is told with the way that it will be got, and then got.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { librariesAreCurrent } from './installed-libraries.mjs';
import { runChild } from './run-child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'bin', 'nomadctl.js');
const cluster = 'dev';
/** What the cluster and its first job run, as `doctor --json` names it. */
const redis = ['redis-server', 'redis-cli'];
const programs = ['consul', 'nomad', 'compiler', ...redis];
const PREREQUISITE = 3;
let job = 'redis';

const steps = [
  { title: 'Libraries', run: () => (librariesAreCurrent(root) ? say('as package-lock.json says') : npm('ci', '--no-audit', '--no-fund')) },
  { title: 'Build', run: () => node(join(root, 'scripts', 'build.mjs'), '--if-stale') },
  { title: 'Programs: Consul, Nomad, redis', run: getPrograms },
  { title: `Cluster ${cluster}`, run: () => node(cli, 'up', cluster) },
  { title: 'First job: a service behind Consul Connect', run: () => node(cli, 'job', 'deploy', job, '--cluster', cluster) },
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
    [`node bin/nomadctl.js job verify ${job} --failover`, `stop ${job} and see it come back`],
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

/**
 * With rights into the system, without them into nomadctl's own folder; both are said before anything is done. What cannot be
 * got stops us before minutes are spent on a build, and redis alone has another job in its place.
 */
async function getPrograms() {
  const missing = missingPrograms();
  if (missing === undefined) return node(cli, 'doctor', '--only', programs.join(','));
  for (const { title, remarks = [] } of missing) remarks.forEach((remark) => say(`${title}: ${remark}`));
  for (const { title, fix } of missing)
    say(`${title} is missing${fix ? `; ${fix.automatic ? 'will run' : 'needs'}: ${fix.how ?? fix.command}` : ''}`);
  const lost = missing.filter(({ fix }) => !fix?.automatic);
  if (lost.some(({ id }) => !redis.includes(id))) return PREREQUISITE;
  if (lost.length > 0) {
    job = 'greeter';
    say(`No way to get redis here without your doing that, so the first job is ${job}: Node behind Consul Connect instead of redis.`);
  }
  const wanted = programs.filter((id) => !lost.some((program) => program.id === id));
  return node(cli, 'doctor', '--only', wanted.join(','), '--fix', '--yes');
}

/** What doctor says of the programs that are not here; nothing when doctor itself cannot say. */
function missingPrograms() {
  const { stdout } = spawnSync(process.execPath, [cli, 'doctor', '--only', programs.join(','), '--json'], { encoding: 'utf8' });
  try {
    return JSON.parse(stdout).findings?.filter(({ id, ok, optional }) => !ok && (!optional || redis.includes(id)));
  } catch {
    return undefined;
  }
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
