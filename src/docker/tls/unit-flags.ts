import { ConfigError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';

/*
 * An engine does not start when a flag says what its file says, too: "the following directives are specified both as a flag and in
 * the configuration file". Debian's and Docker's units have `-H fd://`, so a drop-in starts it without.
 */

export const DROP_IN = '/etc/systemd/system/docker.service.d/nomadctl-tls.conf';
/** What SysV's script, and Debian's unit, add to the command line. */
export const DEFAULTS_FILE = '/etc/default/docker';

/** Flags that are keys of the file with TLS: those with a value of their own, and those without. */
const WITH_VALUE = ['-H', '--host', '--tlscacert', '--tlscert', '--tlskey'];
const ALONE = ['--tls', '--tlsverify'];

export interface UnitFlags {
  /** Where the unit has the engine listen. */
  readonly hosts: readonly string[];
  /** The command line without what is in the file; nothing where none of it is in the way. */
  readonly without?: string;
}

/**
 * @param shown what `systemctl show docker --property ExecStart` says, by which the last command line counts
 */
export function unitFlags(shown: string): UnitFlags {
  const line = [...shown.matchAll(/argv\[\]=(.*?) ; ignore_errors=/g)].at(-1)?.[1];
  if (line === undefined) return { hosts: [] };
  const hosts: string[] = [];
  const kept: string[] = [];
  const words = line.split(' ');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [flag = '', value] = word.startsWith('-') ? splitFlag(word) : [''];
    if (ALONE.includes(flag)) continue;
    if (!WITH_VALUE.includes(flag)) kept.push(word);
    else {
      const own = value ?? words[++index] ?? '';
      if (flag === '-H' || flag === '--host') hosts.push(own);
    }
  }
  return { hosts, ...(kept.length === words.length ? {} : { without: kept.join(' ') }) };
}

/** `--host=fd://`, `-H=fd://`, `-Hfd://`. */
function splitFlag(word: string): [string, string?] {
  const [, flag = word, value] = /^(--?[A-Za-z-]+)=(.*)$/.exec(word) ?? [];
  if (value !== undefined) return [flag, value];
  return /^-H./.test(word) ? ['-H', word.slice(2)] : [word];
}

/** The drop-in that starts the engine by this command line. https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
export function dropInOf(line: string): string {
  return `# Written by nomadctl: the hosts of docker are in its daemon.json.\n[Service]\nExecStart=\nExecStart=${line}\n`;
}

/** @param options lines of `DEFAULTS_FILE` that set `DOCKER_OPTS`. @throws ConfigError `docker-opts-in-the-way` */
export function refuseOptions(options: string): void {
  const flag = options.split(/[\s"'=]+/).find((word) => WITH_VALUE.includes(word) || ALONE.includes(word) || /^-H./.test(word));
  if (flag === undefined) return;
  throw new ConfigError(`DOCKER_OPTS in ${DEFAULTS_FILE} has ${flag}`, {
    code: 'docker-opts-in-the-way',
    why: 'docker does not start when a flag and its daemon.json say where it listens, or whom it trusts',
    next: hint`${shell`grep -n DOCKER_OPTS ${DEFAULTS_FILE}`}, and take that flag out`,
  });
}
