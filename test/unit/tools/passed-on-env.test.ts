import { expect, it } from 'vitest';
import { passedOnEnv } from '../../../src/tools/passed-on-env.js';

it('keeps out what programs of other makers are told, and credentials: a Nomad with AWS_CA_BUNDLE may not start', () => {
  const passed = { PATH: '/bin', HOME: '/home/ada', https_proxy: 'http://proxy:3128', NO_PROXY: 'localhost', SSL_CERT_FILE: '/etc/ca.pem' };
  const kept = {
    ...{ AWS_CA_BUNDLE: '/etc/ca.pem', CURL_CA_BUNDLE: '/etc/ca.pem', NODE_EXTRA_CA_CERTS: '/etc/ca.pem' },
    ...{ AWS_SECRET_ACCESS_KEY: 'x', NOMAD_TOKEN: 'x', CONSUL_HTTP_SSL: 'false', UCLOUD_PRIVATE_KEY: 'x', empty: undefined },
  };
  expect(passedOnEnv({ ...passed, ...kept })).toEqual(passed);
});
