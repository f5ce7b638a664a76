import { expect, test } from 'vitest';
import { refusalOf, saidIn } from '../../../../src/bootstrap/kubernetes/kubectl-refusals.js';
import { hintLine } from '../../../helpers/hint-line.js';

const place = { context: 'tools', namespace: 'nomadctl-prod' };

/** As kubectl 1.32 and 1.34 wrote it to standard error, against a server of 1.34. */
const SAID: readonly (readonly [said: string, code: string, message: string, next: RegExp])[] = [
  ['error: current-context must exist in order to minify', 'kube-context-unknown', 'kubectl has no current context', /get-contexts/],
  ['error: current-context is not set', 'kube-context-unknown', 'kubectl has no current context', /--context/],
  ['error: cannot locate context zz', 'kube-context-unknown', 'kubectl has no context zz', /get-contexts/],
  [
    'Error in configuration: context was not found for specified context: zz',
    'kube-context-unknown',
    'kubectl has no context zz',
    /--context/,
  ],
  [
    'error: error loading config file "/home/me/.kube/config": yaml: line 1: did not find expected node content',
    'kube-config-damaged',
    'kubectl cannot read /home/me/.kube/config',
    /KUBECONFIG/,
  ],
  [
    [
      'E1130 12:33:51.206882   23878 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: connect: connection refused"',
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    ].join('\n'),
    'kube-silent',
    'Kubernetes of context tools does not answer',
    /kubectl --context tools cluster-info/,
  ],
  [
    'Unable to connect to the server: dial tcp: lookup nohost.invalid on 192.0.2.53:53: no such host',
    'kube-silent',
    'Kubernetes of context tools does not answer',
    /cluster-info/,
  ],
  [
    'error: You must be logged in to the server (Unauthorized)',
    'kube-unauthorized',
    'Kubernetes of context tools does not know who asks',
    /whoami/,
  ],
  [
    'Error from server (Forbidden): configmaps "x" is forbidden: User "stranger" cannot patch resource "configmaps" in API group "" in the namespace "default"',
    'kube-forbidden',
    'user stranger may not patch configmaps in namespace nomadctl-prod of Kubernetes',
    /auth can-i --list.*--kube-namespace/,
  ],
  [
    'Error from server (Forbidden): namespaces "default" is forbidden: User "stranger" cannot get resource "namespaces" in API group "" in the namespace "default"',
    'kube-forbidden',
    'user stranger may not get namespaces of Kubernetes',
    /--kube-namespace/,
  ],
  [
    'error: failed to create configmap: configmaps "x" is forbidden: exceeded quota: none, requested: configmaps=1, used: configmaps=1, limited: configmaps=0',
    'kube-quota',
    'quota none of namespace nomadctl-prod does not allow a bootstrapper',
    /describe quota/,
  ],
  [
    'Error from server (Forbidden): configmaps "y" is forbidden: unable to create new content in namespace ending because it is being terminated',
    'kube-namespace-ends',
    'namespace nomadctl-prod is on its way out',
    /wait --for=delete namespace\/nomadctl-prod/,
  ],
  [
    'Error from server (NotFound): namespaces "nowhere" not found',
    'kube-namespace-missing',
    'there is no namespace nowhere',
    /create namespace/,
  ],
  [
    'The PersistentVolumeClaim "x" is invalid: spec.storageClassName: Invalid value: "Not_A": a lowercase RFC 1123 subdomain must consist of lower case',
    'kube-invalid',
    'Kubernetes does not take the bootstrapper as it is asked for',
    /--plan/,
  ],
  [
    'Error from server: failed to create typed patch object (default/x; /v1, Kind=Service): .spec.targetPorty: field not declared in schema',
    'kube-invalid',
    'Kubernetes does not take the bootstrapper as it is asked for',
    /--plan/,
  ],
  [
    "Error from server: failed to convert new object (default/x; /v1, Kind=PersistentVolumeClaim) to proper version: quantities must match the regular expression '^([+-]?'",
    'kube-invalid',
    'Kubernetes does not take the bootstrapper as it is asked for',
    /--plan/,
  ],
  [
    'The Secret "x" is invalid: data: Too long: may not be more than 1048576 bytes',
    'kube-delivery-large',
    'the files of the cluster are more than a secret of Kubernetes may hold, 1 MiB',
    /--on nomad/,
  ],
  [
    'I1130 13:51:40.652252   25827 reflector.go:571] "Warning: watch ended with error" err="very short watch"\nerror: timed out waiting for the condition on configmaps/x',
    'kube-runs-on',
    'configmaps/x was deleted, and is not gone yet',
    /get pods -o wide/,
  ],
];

test.each(SAID)('%s', (said, code, message, next) => {
  const error = refusalOf({ stderr: said }, place);
  expect([error.code, error.message]).toEqual([code, message]);
  expect(hintLine(error.next)).toMatch(next);
  expect(error.why.join('\n')).not.toMatch(/Unhandled Error/);
  expect(error.why.length).toBeGreaterThan(0);
});

test('what is not known is told as it was said, without the log around it', () => {
  const stderr = 'W0101 00:00:00.1 1 x.go:1] warning\n\nError from server (Gone): what\n';
  expect(refusalOf({ stderr }, place)).toMatchObject({ code: 'kubectl-failed', why: ['Error from server (Gone): what'] });
  expect(saidIn('')).toEqual([]);
});
