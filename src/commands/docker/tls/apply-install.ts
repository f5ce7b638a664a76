import { AbortError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, asRoot, hint, shell, type Hint } from '@nomadctl/base/hint/hint';
import { diffLines } from '@nomadctl/base/line-diff';
import type { Context } from '../../../context.js';
import type { EngineFacts } from '../../../docker/engine-facts.js';
import type { EngineHost } from '../../../docker/engine-host.js';
import { keepsContainers } from '../../../docker/tls/daemon-config.js';
import type { EngineAuthority } from '../../../docker/tls/engine-authority.js';
import { recordEngine } from '../../../docker/tls/engine-records.js';
import { installTls } from '../../../docker/tls/install-tls.js';
import { keptFiles, OPERATOR } from '../../../docker/tls/kept-files.js';
import type { PlannedInstall } from '../../../docker/tls/planned-install.js';
import { tcpHost, type TcpHost } from '../../../docker/tls/tcp-host.js';
import type { CommandResult } from '../../command.js';
import { nobodyAgrees } from '../../nobody-agrees.js';

export interface Application {
  readonly host: EngineHost;
  readonly facts: EngineFacts;
  readonly authority: EngineAuthority;
  readonly planned: PlannedInstall;
  readonly wanted: TcpHost;
}

/** What `--plan` prints: each file with the lines that go and those that come. */
export function showInstall({ host: { name }, planned, facts }: Application, { ui: { style } }: Context): CommandResult {
  const paint = { '+': style.good, '-': style.bad, ' ': style.dim };
  const files = planned.changes.flatMap(({ path, before, after }) => [
    `Would ${before === undefined ? 'make' : 'change'} ${path}`,
    '',
    ...diffLines(before ?? '', after ?? '').map(({ mark, text }) => paint[mark](`${mark} ${text}`.trimEnd())),
    '',
  ]);
  const { dns, ip } = planned.names;
  return {
    data: { host: name, names: planned.names, changes: planned.changes, remarks: planned.remarks, containers: facts.containers },
    text: [
      ...files,
      `Its certificate would name ${[...dns, ...ip].join(', ')}.`,
      ...planned.remarks,
      `Docker on ${name} would be started anew${endsContainers(facts) ? `, which ends its ${amount(facts)}` : ''}. Nothing was changed.`,
    ].join('\n'),
  };
}

/** @throws AbortError when somebody says no, AnswerNeededError when nobody can, and what `installTls` throws */
export async function applyInstall(application: Application, ctx: Context): Promise<CommandResult> {
  const { host, facts, authority, planned, wanted } = application;
  if (facts.init === 'none') throw new Error('an install is planned only where somebody starts the engine');
  requireRoot(host.name, facts, ctx);
  await agree(host.name, facts, ctx);
  const { certificate, log } = await installTls({
    shell: host.shell,
    name: host.name,
    authority,
    planned,
    init: facts.init,
    at: wanted,
    now: ctx.clock.now(),
  });
  await recordEngine(keptFiles(ctx.paths), host.engine, certificate);
  const loud = log.filter((line) => /level=(?:warning|error|fatal)/.test(line));
  const { dns, ip } = planned.names;
  const at =
    wanted.host === '0.0.0.0' ? (host.isHere ? '127.0.0.1' : (ip.find((address) => address !== '127.0.0.1') ?? '127.0.0.1')) : wanted.host;
  return {
    data: { host: host.name, names: planned.names, changed: planned.changes.map(({ path }) => path), remarks: planned.remarks, log },
    text: [
      `Docker on ${host.name} speaks TLS at ${wanted.host}:${wanted.port}, and asks clients for their certificates.`,
      `Its certificate names ${[...dns, ...ip].join(', ')}.`,
      ...planned.changes.map(({ path }) => `  changed  ${path}`),
      ...planned.remarks.map((remark) => `  ${remark}`),
      ...(loud.length > 0 ? ['', 'What docker said since it was started anew:', ...loud.map((line) => `  ${line}`)] : []),
    ].join('\n'),
    next: byDocker(tcpHost({ host: at, port: wanted.port }), ctx),
  };
}

/** How docker's own program asks it. */
function byDocker(address: string, { paths }: Context): Hint {
  const { folder } = keptFiles(paths).client(OPERATOR);
  return hint`${shell`env DOCKER_CERT_PATH=${folder} DOCKER_TLS_VERIFY=1 docker -H ${address} version`}`;
}

function endsContainers({ containers, daemonJson }: EngineFacts): boolean {
  return containers > 0 && !keepsContainers(daemonJson);
}

function amount({ containers }: EngineFacts): string {
  return `${containers} container${containers === 1 ? '' : 's'}`;
}

/** @throws PrerequisiteError `root-needed` with how root does it for the user who asks, whose authority root does not have */
function requireRoot(name: string, { isRoot }: EngineFacts, { paths, given }: Context): void {
  if (isRoot) return;
  throw new PrerequisiteError(`only root may change docker on ${name}`, {
    code: 'root-needed',
    why: 'it is started anew, and its files are in /etc/docker',
    next: asRoot`env NOMADCTL_HOME=${paths.home} ${given.program ?? ['nomadctl']} docker tls install`,
  });
}

async function agree(name: string, facts: EngineFacts, { ui, global }: Context): Promise<void> {
  if (!endsContainers(facts) || global.yes) return;
  const message = `Starting docker on ${name} anew ends its ${amount(facts)}: "live-restore" is not set in its daemon.json`;
  if (!ui.ask.canAsk) throw nobodyAgrees(message, { why: 'nobody can be asked here' });
  if (!(await ui.ask.confirm({ message: `${message}. Shall it?`, default: false })))
    throw new AbortError('Nothing was changed', 1, { next: again() });
}
