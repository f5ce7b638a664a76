import { HOST_CONFIGS } from '../../agents/config/host-files.js';
import { DEFAULT_PORTS } from '../../cluster/agent-ports.js';
import type { AgentProgram, AgentRole } from '../../cluster/node-roles.js';
import { untilBooted } from '../first-boot.js';

/* What the shell of a plain cluster's host does before it becomes one of a secured cluster. Bash. */

const PORT: Readonly<Record<AgentProgram, number>> = { consul: DEFAULT_PORTS.consulHttp, nomad: DEFAULT_PORTS.nomadHttp };

/**
 * Fails where the host cannot become one of a secured cluster, or its agents know no leader: they would be ended before they have
 * become a cluster. A host that has just been made has no agents yet. Changes nothing.
 * @param begun whether agents may have been ended by now
 */
export function checkPlainHost(agents: readonly AgentRole[], { begun }: { readonly begun: boolean }): string {
  const leaders = agents.map(
    ({ program }) => `  case $(curl -fsS -m 10 http://127.0.0.1:${PORT[program]}/v1/status/leader 2> /dev/null || true) in
    *:*) ;;
    *) echo "${program} on it knows no leader: the cluster has to be whole before it becomes secure"; exit 1 ;;
  esac`,
  );
  return `${untilBooted()}
for program in openssl iptables curl; do
  if ! command -v $program > /dev/null; then
    echo "there is no $program, which hosts of a secured cluster need: images that are built anew have it"
    exit 1
  fi
done
${begun ? '' : `if [ -e ${HOST_CONFIGS.consul}/consul.json ]; then\n${leaders.join('\n')}\nfi`}`;
}

/** Ends an agent, and keeps it from starting with the host: it would answer whoever comes first. What it runs goes on. */
export function endPlainAgent(program: AgentProgram): string {
  return `systemctl --quiet disable ${program} 2> /dev/null || true\nsystemctl stop ${program}`;
}
