import { HOST_TLS } from '../agents/config/host-files.js';
import { DEFAULT_PORTS, SECURED_PORTS } from '../cluster/agent-ports.js';
import type { AgentProgram } from '../cluster/node-roles.js';

/** Written by the script where the first token is somebody else's. */
export const TAKEN = 'the first token is taken';

const API: Readonly<Record<AgentProgram, { readonly port: number; readonly header: string }>> = {
  consul: { port: SECURED_PORTS.consulHttp, header: 'X-Consul-Token' },
  nomad: { port: SECURED_PORTS.nomadHttp, header: 'X-Nomad-Token' },
};

/**
 * Makes the first management token of a program, on one of its servers over loopback, as soon as there is a leader; one of ours
 * that is there already is as good. For a shell whose variable `management` is the token: it goes to curl by its input, and is in
 * no argument and no file. https://developer.hashicorp.com/consul/api-docs/acl, https://developer.hashicorp.com/nomad/api-docs/acl/tokens
 * @returns bash that writes `TAKEN` where somebody else's token is the first one; it fails when there is no leader within five minutes
 */
export function firstTokenScript(program: AgentProgram): string {
  const { port, header } = API[program];
  // A server that follows may know the token of its leader a little later: three seconds.
  return `api=https://127.0.0.1:${port}/v1
ask() { curl -sS -m 10 --cacert ${HOST_TLS.authority} --cert ${HOST_TLS.certificate} --key ${HOST_TLS.key} "$@" 2> /dev/null || true; }
since=
code=none
for _ in $(seq 3000); do
  case $(ask $api/status/leader) in
    *:*) ;;
    *) sleep 0.1; continue ;;
  esac
  code=$(printf 'header = "${header}: %s"\\n' "$management" | ask -K - -o /dev/null -w '%{http_code}' $api/acl/token/self)
  if [ "$code" = 200 ]; then exit 0; fi
  said=$(printf 'data = "{\\\\"BootstrapSecret\\\\":\\\\"%s\\\\"}"\\n' "$management" |
    ask -K - -X PUT -H 'Content-Type: application/json' -w '\\n%{http_code}' $api/acl/bootstrap)
  case $said in
    *$'\\n200') exit 0 ;;
    *'(reset index: '*)
      since=\${since:-$SECONDS}
      if [ $((SECONDS - since)) -ge 3 ]; then echo '${TAKEN}'; exit 0; fi
      ;;
  esac
  sleep 0.1
done
echo "its API has no leader, or takes no tokens: the last answer was $code"
exit 1`;
}

const APIS = `${DEFAULT_PORTS.consulHttp}:${SECURED_PORTS.consulHttp},${DEFAULT_PORTS.nomadHttp}`;
const RULE = `INPUT ! -i lo -p tcp -m multiport --dports ${APIS} -j REJECT --reject-with tcp-reset`;

/** Has the agents' APIs of a host answer that host alone, until `OPEN_APIS` or the next boot. May be repeated. */
export const CLOSE_APIS = `if ! command -v iptables > /dev/null; then
  echo "there is no iptables, by which nobody else gets the cluster's first tokens: images that are built anew have it"
  exit 1
fi
iptables -w -C ${RULE} 2> /dev/null || iptables -w -I ${RULE}`;

export const OPEN_APIS = `while iptables -w -D ${RULE} 2> /dev/null; do true; done`;
