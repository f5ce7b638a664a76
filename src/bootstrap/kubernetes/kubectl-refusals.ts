import { OutcomeError, PrerequisiteError, ToolError, UsageError, type NomadctlError } from '@nomadctl/base/errors';
import { again, hint, shell, type Hint } from '@nomadctl/base/hint/hint';
import type { RunResult } from '../../tools/exec.js';

export interface RefusalPlace {
  readonly context: string | undefined;
  readonly namespace: string;
}

interface Refusal {
  readonly pattern: RegExp;
  readonly code: string;
  readonly kind: new (message: string, parts: { code: string; why: readonly string[]; next: Hint }) => NomadctlError;
  readonly message: (place: RefusalPlace, found: RegExpExecArray) => string;
  readonly next: (place: RefusalPlace) => Hint;
}

const at = ({ context }: RefusalPlace): readonly string[] => (context === undefined ? [] : ['--context', context]);
const contexts = (): Hint => hint`${shell`kubectl config get-contexts`}   lists them; then ${again({ context: '<name>' })}`;

/** What kubectl says, the first that fits: the texts of kubectl 1.32 and 1.34, and of their servers. */
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /current-context (?:is not set|must exist)|couldn't find (?:a|the) current.context/,
    code: 'kube-context-unknown',
    kind: UsageError,
    message: () => 'kubectl has no current context',
    next: contexts,
  },
  {
    pattern: /cannot locate context (\S+)|context "?(\S+?)"? does not exist|context was not found for specified context: (\S+)/,
    code: 'kube-context-unknown',
    kind: UsageError,
    message: (_, [, ...names]) => `kubectl has no context ${names.find(Boolean)}`,
    next: contexts,
  },
  {
    pattern: /error loading config file "([^"]*)"/,
    code: 'kube-config-damaged',
    kind: UsageError,
    message: (_, [, file]) => `kubectl cannot read ${file}`,
    next: () => hint`${shell`kubectl config view`}   says the same; mend the file, or name another one with KUBECONFIG`,
  },
  {
    pattern: /must be logged in to the server|Unauthorized|getting credentials: exec/,
    code: 'kube-unauthorized',
    kind: PrerequisiteError,
    message: (place) => `Kubernetes${ofContext(place)} does not know who asks`,
    next: (place) => hint`log in as its operators say; ${shell`kubectl ${at(place)} auth whoami`}   tells whether it worked`,
  },
  {
    // Only ends are waited for.
    pattern: /timed out waiting for the condition on (\S+)/,
    code: 'kube-runs-on',
    kind: OutcomeError,
    message: (_, [, object]) => `${object} was deleted, and is not gone yet`,
    next: (place) =>
      hint`${shell`kubectl ${at(place)} --namespace ${place.namespace} get pods -o wide`}   shows what still runs, and where: a node that is away holds everything up until it is back; ${again()}   goes on`,
  },
  {
    pattern: /exceeded quota: ([^,\s]+)/,
    code: 'kube-quota',
    kind: PrerequisiteError,
    message: ({ namespace }, [, quota]) => `quota ${quota} of namespace ${namespace} does not allow a bootstrapper`,
    next: (place) => shell`kubectl ${at(place)} --namespace ${place.namespace} describe quota`,
  },
  {
    pattern: /is being terminated/,
    code: 'kube-namespace-ends',
    kind: PrerequisiteError,
    message: ({ namespace }) => `namespace ${namespace} is on its way out`,
    next: ({ namespace, ...place }) =>
      hint`${shell`kubectl ${at({ ...place, namespace })} wait --for=delete ${`namespace/${namespace}`}`} && ${again()}`,
  },
  {
    pattern: /User "([^"]*)" cannot (\S+) resource "([^"]*)"/,
    code: 'kube-forbidden',
    kind: PrerequisiteError,
    message: ({ namespace }, [, user, verb, resource]) =>
      `user ${user} may not ${verb} ${resource} ${resource === 'namespaces' ? '' : `in namespace ${namespace} `}of Kubernetes`,
    next: (place) =>
      hint`${shell`kubectl ${at(place)} --namespace ${place.namespace} auth can-i --list`}   shows what it may; another namespace: ${again({ kubeNamespace: '<name>' })}`,
  },
  {
    pattern: /\(Forbidden\)|is forbidden:/,
    code: 'kube-forbidden',
    kind: PrerequisiteError,
    message: ({ namespace }) => `Kubernetes does not allow that in namespace ${namespace}`,
    next: (place) => shell`kubectl ${at(place)} --namespace ${place.namespace} auth can-i --list`,
  },
  {
    pattern:
      /The connection to the server (\S+) was refused|Unable to connect to the server|i\/o timeout|Client\.Timeout|net\/http: request canceled/,
    code: 'kube-silent',
    kind: PrerequisiteError,
    message: (place) => `Kubernetes${ofContext(place)} does not answer`,
    next: (place) => hint`${shell`kubectl ${at(place)} cluster-info`}   tells more; another one: ${again({ context: '<name>' })}`,
  },
  {
    pattern: /namespaces "([^"]*)" not found/,
    code: 'kube-namespace-missing',
    kind: PrerequisiteError,
    message: (_, [, name]) => `there is no namespace ${name}`,
    next: (place) => hint`${shell`kubectl ${at(place)} create namespace ${place.namespace}`} && ${again()}`,
  },
  {
    pattern: /may not be more than \d+ bytes|Request entity too large/i,
    code: 'kube-delivery-large',
    kind: PrerequisiteError,
    message: () => 'the files of the cluster are more than a secret of Kubernetes may hold, 1 MiB',
    next: () => hint`bootstrap it elsewhere: ${again({ on: 'nomad', context: undefined, kubeNamespace: undefined })}`,
  },
  {
    pattern: /\(Invalid\)|^The \S+ "[^"]*" is invalid|failed to create typed patch object|quantities must match/m,
    code: 'kube-invalid',
    kind: UsageError,
    message: () => 'Kubernetes does not take the bootstrapper as it is asked for',
    next: () => hint`mend what it names, then ${again({ plan: true })}   shows whether it would be taken`,
  },
];

const ofContext = ({ context }: RefusalPlace): string => (context === undefined ? '' : ` of context ${context}`);

/** A refusal of kubectl, or of the server that it asked, as a sentence with the way out. */
export function refusalOf({ stderr }: Pick<RunResult, 'stderr'>, place: RefusalPlace): NomadctlError {
  const why = saidIn(stderr);
  for (const { pattern, code, kind, message, next } of REFUSALS) {
    const found = pattern.exec(stderr);
    if (found) return new kind(message(place, found), { code, why, next: next(place) });
  }
  return new ToolError('kubectl failed', { code: 'kubectl-failed', why, next: again() });
}

/** Without its log lines, which repeat the reason once for every attempt. */
export function saidIn(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^[EWI]\d{4} /.test(line));
  return lines.slice(-4);
}
