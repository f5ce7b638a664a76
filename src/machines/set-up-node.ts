import type { AgentProgram } from '../cluster/node-roles.js';
import { shellWord } from '@nomadctl/base/shell-word';
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
  /** Its agents in the order in which they start, each with what finds mistakes in its configuration. */
  readonly agents: readonly { readonly program: AgentProgram; readonly check: string }[];
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
 * only told to read its files again, when one is different.
 * @returns the certificate that the node has now
 */
export async function setUpNode(shell: HostShell, setup: NodeSetup): Promise<string> {
  const { certificate } = setup;
  const said = await shell.run('making a key', askForRequest(setup));
  const [request, current] = [pemBlockIn(said, 'CERTIFICATE REQUEST'), pemBlockIn(said, 'CERTIFICATE')];
  if (request === undefined) throw new Error(`${setup.name} sent no request for a certificate: ${said}`);
  const signed = await setup.certify(request, current);
  let changed = false;
  const own: HostFile = { path: certificate.path, mode: '0644', owner: 'root:root', content: signed };
  for (const file of [...setup.files, own]) changed = (await shell.put(file)) || changed;
  await shell.run('starting the agents', startAgents(setup, changed));
  return signed;
}

function askForRequest({ name, group, folders, firstBootDone, certificate: { path, key } }: NodeSetup): string {
  return `for _ in $(seq 600); do
  if [ -e ${firstBootDone} ]; then break; fi
  sleep 0.5
done
if ! [ -e ${firstBootDone} ]; then
  journalctl --no-pager --output cat --unit cloud-final --lines 8 || true
  echo "the first boot has not come to its end, see /var/log/cloud-init-output.log"
  exit 1
fi
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

function startAgents({ agents }: NodeSetup, changed: boolean): string {
  const starts = agents.map(
    ({ program }) => `systemctl --quiet enable ${program}
if systemctl --quiet is-active ${program}; then
  ${changed ? `systemctl reload ${program}` : 'true'}
else
  systemctl reset-failed ${program} 2> /dev/null || true
  systemctl --no-block start ${program}
fi`,
  );
  return [...agents.map(({ check }) => check), 'systemctl daemon-reload', ...starts].join('\n');
}
