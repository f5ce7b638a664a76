import { HOST_CONFIGS, HOST_GROUP, HOST_SECRETS, HOST_TLS } from '../../agents/config/host-files.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { shellWord } from '@nomadctl/base/shell-word';

/*
 * What a rotation has the shell of a host do. What an agent has read is noted beside its files: its run, by systemd's id of it, and
 * what its files said then. An agent that somebody else has started since has no note, and reads them once more.
 */

const { authority, certificate, key } = HOST_TLS;
const nextKey = `${key}.nomadctl-next`;
const noteOf = (program: AgentProgram): string => `/var/lib/nomadctl/${program}-has-read`;

/** Where a certificate waits until it takes its place together with its key. */
export const NEXT_CERTIFICATE = `${certificate}.nomadctl-next`;

function stamp(program: AgentProgram): string {
  const files = [authority, certificate, `${HOST_CONFIGS[program]}/${program}.json`, `${HOST_SECRETS[program]}/secrets.json`];
  return `stamp() {
  systemctl show --property InvocationID --value ${program}
  sha256sum ${files.join(' ')}
}`;
}

/** Writes `read` when the agent runs and has read its files as they are. */
export function hasRead(program: AgentProgram): string {
  return `${stamp(program)}
if systemctl --quiet is-active ${program} && [ "$(stamp)" = "$(cat ${noteOf(program)} 2> /dev/null)" ]; then echo read; fi`;
}

/** Notes that the agent has read its files as they are. */
export function noteRead(program: AgentProgram): string {
  return `${stamp(program)}
stamp > ${noteOf(program)}.nomadctl-new
mv -f ${noteOf(program)}.nomadctl-new ${noteOf(program)}`;
}

/** Waits until the agent shows the certificate that its files have. @param at `address:port` of its API */
function untilShown(at: string, seconds: number): string {
  return `print() { openssl x509 -noout -fingerprint -sha256 2> /dev/null || true; }
wanted=$(print < ${certificate})
for _ in $(seq ${seconds * 4}); do
  shown=$(timeout 5 openssl s_client -connect ${at} < /dev/null 2> /dev/null | print || true)
  if [ "$shown" = "$wanted" ]; then break; fi
  sleep 0.25
done
if [ "$shown" != "$wanted" ]; then
  echo "after ${seconds} s it shows \${shown:-no certificate}, and its file has \${wanted:-none}"
  exit 1
fi`;
}

/** Has the agent read its files while it runs. @param check what finds mistakes in them */
export function reloadAgent(program: AgentProgram, check: string, at: string): string {
  return `${check}
systemctl reload ${program}
${untilShown(at, 30)}`;
}

/** Ends the agent and starts it again, and notes that it has read its files. */
export function restartAgent(program: AgentProgram, check: string, at: string): string {
  return `${check}
systemctl reset-failed ${program} 2> /dev/null || true
systemctl restart ${program}
${untilShown(at, 120)}
${noteRead(program)}`;
}

/** Writes the certificate with what follows it, and `fits` when it is that of the key. */
export function readCertificate(): string {
  return `cat ${certificate}
if [ "$(openssl x509 -in ${certificate} -noout -pubkey)" = "$(openssl pkey -in ${key} -pubout)" ]; then echo fits; fi`;
}

/** Makes a key that waits, and writes a request for a certificate of it. */
export function makeNextKey(name: string): string {
  return `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out ${nextKey} 2> /dev/null
chgrp ${HOST_GROUP} ${nextKey}
chmod 0640 ${nextKey}
openssl req -new -sha256 -key ${nextKey} -subj /CN=${shellWord(name)}`;
}

/** Puts both in their places: no agent may read one without the other, so nothing comes between. */
export function takeNext(): string {
  return `mv -f ${nextKey} ${key} && mv -f ${NEXT_CERTIFICATE} ${certificate}`;
}
