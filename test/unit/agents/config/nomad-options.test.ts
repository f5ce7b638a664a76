import { describe, expect, it } from 'vitest';
import { scenarios } from '../../../helpers/agent-scenarios.js';

/**
 * Nomad takes any key among a client's options, so neither it nor its `config validate` notices one that is misspelt.
 * https://developer.hashicorp.com/nomad/docs/configuration/client#options-parameters
 */
const OPTIONS = ['driver.allowlist', 'driver.denylist', 'fingerprint.allowlist', 'fingerprint.denylist', 'env.denylist', 'user.denylist'];
/** https://github.com/hashicorp/nomad/tree/v1.11.0/client/fingerprint and the drivers that are built in */
const FINGERPRINTS_OF_CLOUDS = ['env_aws', 'env_azure', 'env_digitalocean', 'env_gce'];
const DRIVERS = ['docker', 'exec', 'exec2', 'java', 'qemu', 'raw_exec'];

interface Client {
  readonly client?: { readonly options: Readonly<Record<string, string>> };
}

describe.each(scenarios)("clients' options of $name", ({ render }) => {
  it('are ones that Nomad knows, with values that it knows', async () => {
    const configs = [...(await render('/agents', '/consul'))].filter(([path]) => /^client-.*\/nomad\/agent\.json$/.test(path));
    for (const [, text] of configs) {
      const options = (JSON.parse(text) as Client).client?.options ?? {};
      expect(OPTIONS).toEqual(expect.arrayContaining(Object.keys(options)));
      expect(options['fingerprint.denylist']?.split(',').sort()).toEqual(FINGERPRINTS_OF_CLOUDS);
      expect(DRIVERS).toEqual(expect.arrayContaining(options['driver.allowlist']?.split(',') ?? []));
    }
  });
});
