import { NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { shellWord } from '@nomadctl/base/shell-word';
import type { HostShell } from '../../machines/host-shell.js';
import { pemBlockIn } from '../../machines/pem-block.js';
import type { Init } from '../engine-facts.js';
import { ENGINE_TLS } from './daemon-config.js';
import type { EngineAuthority } from './engine-authority.js';
import type { FileChange, PlannedInstall } from './planned-install.js';

export interface Installation {
  readonly shell: HostShell;
  readonly name: string;
  readonly authority: EngineAuthority;
  readonly planned: PlannedInstall;
  readonly init: Exclude<Init, 'none'>;
  readonly at: { readonly host: string; readonly port: number };
  readonly now: number;
}

/** What an engine has now, and what it said when it started with it, line by line. */
export interface Installed {
  readonly certificate: string;
  readonly log: readonly string[];
}

/**
 * Gives an engine a new key, a certificate of it and a configuration, and starts it anew. When it does not come up, it gets back what
 * it had, and is started with that.
 * @throws OutcomeError `docker-not-up` with the engine's words, and what the shell throws
 */
export async function installTls(installation: Installation): Promise<Installed> {
  const { shell, name, authority, planned, now } = installation;
  await shell.run('keeping what docker has', KEEP);
  try {
    const request = pemBlockIn(await shell.run('making a key', makeKey(name)), 'CERTIFICATE REQUEST');
    if (request === undefined) throw new Error(`${name} sent no request for a certificate`);
    const { issueForRequest } = await import('../../security/authority/issue.js');
    const leaf = await issueForRequest(authority, request, { name, names: planned.names, now, use: 'answering' });
    const certificate = `${leaf}${authority.chain}`;
    await shell.put({ path: ENGINE_TLS.ca, mode: '0444', owner: 'root:root', content: authority.trusted });
    await shell.put({ path: ENGINE_TLS.certificate, mode: '0444', owner: 'root:root', content: certificate });
    await shell.run('taking the key', `mv -f ${ENGINE_TLS.key}.nomadctl-next ${ENGINE_TLS.key}`);
    for (const change of planned.changes) await makeChange(shell, change);
    const log = (await restart(installation)).split('\n').filter((line) => line.trim() !== '');
    await shell.run('tidying up', FORGET);
    return { certificate, log };
  } catch (error) {
    throw await putBack(installation, error);
  }
}

async function restart({ shell, init, at }: Installation): Promise<string> {
  const { restartScript } = await import('./restart-engine.js');
  return shell.run('starting docker anew', restartScript(init, { host: at.host === '0.0.0.0' ? '127.0.0.1' : at.host, port: at.port }));
}

async function makeChange(shell: HostShell, { path, after }: FileChange): Promise<void> {
  if (after === undefined) return void (await shell.run(`removing ${path}`, `rm -f ${shellWord(path)}`));
  await shell.run('making its folder', `mkdir -p -m 0755 "$(dirname ${shellWord(path)})"`);
  await shell.put({ path, mode: '0644', owner: 'root:root', content: after });
}

/** The engine as it was. What is told is why it could not be another. */
async function putBack({ shell, name, planned, init }: Installation, error: unknown): Promise<unknown> {
  if (!(error instanceof NomadctlError) || error.code !== 'host-script-failed') return error;
  const { startScript } = await import('./restart-engine.js');
  let state = 'docker has what it had before, and runs with it';
  try {
    for (const { path, before } of planned.changes) await makeChange(shell, { path, before: undefined, after: before });
    await shell.run('putting back what docker had', PUT_BACK);
    await shell.run('starting docker as it was', startScript(init));
  } catch (second) {
    state = `and it does not run with what it had either: ${second instanceof Error ? second.message : String(second)}`;
  }
  return new OutcomeError(`docker on ${name} does not come up with TLS`, {
    code: 'docker-not-up',
    why: [...error.why, state],
    next: nomadctl`docker tls check`,
    cause: error,
  });
}

const { folder } = ENGINE_TLS;
const KEPT = `${folder}.nomadctl-before`;

/** What a run that was killed kept is older, and what the engine had. */
const KEEP = `if ! [ -e ${KEPT} ]; then
  if [ -d ${folder} ]; then cp -a ${folder} ${KEPT}; else install -d -m 0755 ${KEPT}; fi
fi
install -d -m 0755 /etc/docker ${folder}`;
const FORGET = `rm -rf ${KEPT}`;
const PUT_BACK = `rm -rf ${folder}
if [ -n "$(ls -A ${KEPT})" ]; then mv ${KEPT} ${folder}; else rmdir ${KEPT}; fi`;

function makeKey(name: string): string {
  const waiting = `${ENGINE_TLS.key}.nomadctl-next`;
  return `rm -f ${waiting}
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out ${waiting} 2> /dev/null
chmod 0400 ${waiting}
openssl req -new -sha256 -key ${waiting} -subj /CN=${shellWord(name.replaceAll(' ', '-'))}`;
}
