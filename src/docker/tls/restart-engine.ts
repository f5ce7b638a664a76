import { shellWord } from '@nomadctl/base/shell-word';
import { DAEMON_JSON } from './daemon-config.js';
import type { Init } from '../engine-facts.js';

/*
 * Starts an engine anew, and waits until it answers: it listens long before. What it says is read from that moment on: its log is left as it is.
 */

/** How long an engine may take to come up, in seconds: one with many containers reads them all first. */
const UP_S = 60;

/** Writes what the engine said since, and ends with 1 when it does not come up. @param at where it is to listen */
export function restartScript(init: Exclude<Init, 'none'>, at: { readonly host: string; readonly port: number }): string {
  const answers = `timeout 2 bash -c '${ASK}' - ${shellWord(at.host)} ${at.port} 2> /dev/null | grep -q HTTP`;
  return [init === 'systemd' ? SYSTEMD : SYSV, `wait_for() {\n${waitFor(answers)}\n}`, VALIDATE, 'restart', 'wait_for', 'fresh'].join('\n');
}

/** Starts it without looking where it listens. */
export function startScript(init: Exclude<Init, 'none'>): string {
  return [init === 'systemd' ? SYSTEMD : SYSV, 'restart', 'sleep 0.5', 'lives'].join('\n');
}

/** What asks without TLS is told so, which is an answer. */
const ASK = 'exec 3<> "/dev/tcp/$1/$2"; printf "GET /_ping HTTP/1.0\\r\\n\\r\\n" >&3; head -c 100 <&3';

/** Older engines have no such check: they say it when they start. */
const VALIDATE = `if dockerd --help 2> /dev/null | grep -q -- --validate; then dockerd --validate --config-file ${DAEMON_JSON} > /dev/null; fi`;

const SYSTEMD = `since=$(date +%s)
fresh() { journalctl --unit docker --since "@$since" --no-pager --output cat | tail -n 40; }
lives() { [ "$(systemctl is-active docker)" != failed ]; }
restart() {
  systemctl daemon-reload
  systemctl reset-failed docker 2> /dev/null || true
  timeout ${UP_S * 2} systemctl restart docker || { fresh; exit 1; }
}`;

const SYSV = `log=/var/log/docker.log
before=$(stat -c %s "$log" 2> /dev/null || echo 0)
fresh() { tail -c "+$((before + 1))" "$log" 2> /dev/null | tail -n 40; }
lives() { kill -0 "$(cat /var/run/docker-ssd.pid)" 2> /dev/null; }
restart() { service docker restart > /dev/null < /dev/null || { fresh; exit 1; }; }`;

function waitFor(answers: string): string {
  return `  for _ in $(seq ${UP_S * 5}); do
    if ! lives; then fresh; echo "docker has ended"; exit 1; fi
    if ${answers}; then return; fi
    sleep 0.2
  done
  fresh
  echo "docker does not answer after ${UP_S} s"
  exit 1`;
}
