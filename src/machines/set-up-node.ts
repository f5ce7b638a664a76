import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { shellWord } from '@nomadctl/base/shell-word';
import type { AgentProgram } from '../cluster/node-roles.js';
import { aclTaken } from '../security/acl/acl-taken.js';
import { CLOSE_APIS, firstTokenScript, OPEN_APIS, TAKEN } from './first-token-script.js';
import { untilBooted } from './first-boot.js';
import type { FirstTokens } from './first-tokens.js';
import type { HostFile, HostShell } from './host-shell.js';
import { pemBlockIn } from './pem-block.js';

/** What a host of a secured cluster becomes. */
export interface NodeSetup {
  /** Its name in the cluster. */
  readonly name: string;
  /** A file that its first boot leaves when it has come to its end: before, disks may still come between. */
  readonly firstBootDone: string;
  /** Who may read the key besides root; made where it is not there. */
  readonly group: string;
  readonly certificate: { readonly path: string; readonly key: string };
  readonly folders: readonly Omit<HostFile, 'content'>[];
  readonly files: readonly HostFile[];
  /**
   * Its agents in the order in which they start, each with what finds mistakes in its configuration, and the file without which one
   * that runs is a plain cluster's.
   */
  readonly agents: readonly {
    readonly program: AgentProgram;
    readonly check: string;
    readonly securedBy: string;
    /** Files that it reads at its start alone: one that runs is started anew for them. */
    readonly readsAtStart: readonly string[];
  }[];
  /** Of the cluster. Its agents start when none of them is due any more, but for servers, which make them. */
  readonly firstTokens: FirstTokens;
  /** Programs of which it is a server, each with the management token that was chosen. */
  readonly serves: readonly { readonly program: AgentProgram; readonly management: Secret }[];
  /**
   * Signs what the node asks for.
   * @param request PKCS #10 in PEM: nothing in it but its key may count
   * @param current the certificate that the node has of that key, in PEM
   * @returns a certificate in PEM: the current one where that will do
   */
  certify(request: string, current: string | undefined): Promise<string>;
}

/**
 * Makes a host a node, by one connection: it makes its private key itself, sends a request, gets a certificate and all its files,
 * and starts its agents when they find no mistake in them. May be repeated: what is there is left alone, and an agent that runs is
 * only told to read its files again, when one is different; or started anew, where it reads that one at its start alone.
 * @returns the certificate that the node has now
 */
export async function setUpNode(shell: HostShell, setup: NodeSetup): Promise<string> {
  const { certificate } = setup;
  const said = await shell.run('making a key', askForRequest(setup));
  const [request, current] = [pemBlockIn(said, 'CERTIFICATE REQUEST'), pemBlockIn(said, 'CERTIFICATE')];
  if (request === undefined) throw new Error(`${setup.name} sent no request for a certificate: ${said}`);
  const signed = await setup.certify(request, current);
  const changed = new Set<string>();
  const own: HostFile = { path: certificate.path, mode: '0644', owner: 'root:root', content: signed };
  for (const file of [...setup.files, own]) if (await shell.put(file)) changed.add(file.path);
  const due = setup.serves.filter(({ program }) => setup.firstTokens.due.includes(program));
  if (due.length > 0) return (await startFirst(shell, { ...setup, due }, changed), signed);
  await setup.firstTokens.all();
  await shell.run('starting the agents', [checkAgents(setup), startAgents(setup, changed), enableAgents(setup)].join('\n'));
  return signed;
}

/**
 * Servers of a cluster that has no tokens yet answer their own host alone, over which theirs is made, and everybody when all have
 * one. Until then a reboot starts no agent: it would answer whoever comes first.
 */
async function startFirst(
  shell: HostShell,
  setup: NodeSetup & { readonly due: NodeSetup['serves'] },
  changed: ReadonlySet<string>,
): Promise<void> {
  const { due, firstTokens } = setup;
  await shell.run('starting the agents', [checkAgents(setup), CLOSE_APIS, startAgents(setup, changed)].join('\n'));
  for (const { program, management } of due) {
    const said = await shell.run(`making the first token of ${program}`, firstTokenScript(program), { management });
    if (said.includes(TAKEN)) throw aclTaken(program, hint`make it anew, nothing runs on it yet: ${nomadctl`down`} && ${nomadctl`up`}`);
    firstTokens.made(program);
  }
  await firstTokens.all();
  await shell.run('opening the APIs', [OPEN_APIS, enableAgents(setup)].join('\n'));
}

function askForRequest({ name, group, folders, firstBootDone, agents, certificate: { path, key } }: NodeSetup): string {
  return `${untilBooted(firstBootDone)}
${agents.map(refusePlain).join('\n')}
if ! command -v openssl; then
  echo "there is no openssl, with which it would make its key: images that are built anew have it"
  exit 1
fi > /dev/null
getent group ${group} > /dev/null || groupadd --system ${group}
${folders.map((folder) => `install -d -m ${folder.mode} -o ${folder.owner.replace(':', ' -g ')} ${shellWord(folder.path)}`).join('\n')}
if ! openssl pkey -in ${key} -noout 2> /dev/null; then
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out ${key}.nomadctl-new 2> /dev/null
  chgrp ${group} ${key}.nomadctl-new
  chmod 0640 ${key}.nomadctl-new
  mv ${key}.nomadctl-new ${key}
fi
openssl req -new -sha256 -key ${key} -subj /CN=${shellWord(name)}
if [ "$(openssl x509 -in ${path} -noout -pubkey 2> /dev/null)" = "$(openssl pkey -in ${key} -pubout)" ]; then cat ${path}; fi`;
}

/** Of a cluster whose own files here are lost, for instance. Half of it would know the other half no more. */
function refusePlain({ program, securedBy }: NodeSetup['agents'][number]): string {
  return `if systemctl --quiet is-active ${program} && ! [ -e ${securedBy} ]; then
  echo "its agents run, and keep nobody out: it was made with profile plain or poc, and is left as it is: half of a cluster would know the other half no more"
  exit 1
fi`;
}

function checkAgents({ agents }: NodeSetup): string {
  return [...agents.map(({ check }) => check), 'systemctl daemon-reload'].join('\n');
}

function enableAgents({ agents }: NodeSetup): string {
  return agents.map(({ program }) => `systemctl --quiet enable ${program}`).join('\n');
}

function startAgents({ agents }: NodeSetup, changed: ReadonlySet<string>): string {
  const tell = ({ program, readsAtStart }: NodeSetup['agents'][number]): string =>
    readsAtStart.some((path) => changed.has(path))
      ? `systemctl --no-block restart ${program}`
      : changed.size > 0
        ? `systemctl reload ${program}`
        : 'true';
  const starts = agents.map(
    (agent) => `if systemctl --quiet is-active ${agent.program}; then
  ${tell(agent)}
else
  systemctl reset-failed ${agent.program} 2> /dev/null || true
  systemctl --no-block start ${agent.program}
fi`,
  );
  return starts.join('\n');
}
