import { DEFAULT_NAMESPACE } from '../../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { createNamespacePlan, runAccessPlan } from '../../../plans/access.js';
import { aclStanding } from '../../../security/access/acl-standing.js';
import { listNamespaces, servicesAfter, type WantedNamespace } from '../../../security/access/namespaces.js';
import { namespaceOf } from '../../../security/access/token-kinds.js';
import { flagOf, wordOf, type Command, type CommandInput } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  arguments: [{ name: 'namespace', summary: 'letters, digits and dashes', required: true }],
  flags: [
    { flag: '--description <words>', summary: 'what it is for' },
    { flag: '--service <name>', summary: 'a name of a service that is its own, too', repeatable: true },
    { flag: '--release <name>', summary: 'a name of a service that is its own no more', repeatable: true },
    planFlag,
  ],
  examples: ['nomadctl access namespace create team2', 'nomadctl access namespace create shop --service checkout --description "the shop"'],
  about: [
    'Its jobs may register services whose names begin with its own and a dash (team2-web), and those that --service names; no other namespace',
    'may register these. Their templates read keys of Consul below its name (team2/). Given again, it changes what is there.',
  ].join(' '),
  async run(input, ctx) {
    const wanted = wantedOf(input);
    return withCluster(ctx, async (connection) => {
      const { consul: isEnforced } = await aclStanding(connection, ctx.signal);
      const found = (await listNamespaces(connection, { isEnforced, signal: ctx.signal })).find(({ name }) => name === wanted.name);
      const services = servicesAfter(found?.services ?? [], wanted);
      const data = { namespace: wanted.name, services, accessControl: isEnforced };
      const may = mayText(wanted.name, services, isEnforced);
      if (input.flags['plan'])
        return {
          data: { ...data, would: found ? 'change' : 'create' },
          text: `Would ${found ? 'see to' : 'make'} namespace ${wanted.name}. ${may} Nothing was changed.`,
        };
      const written = await runAccessPlan(ctx, {
        plan: createNamespacePlan(wanted, isEnforced),
        connection,
      });
      const said = written.length === 0 ? 'is as it was' : found ? 'is changed' : 'is made';
      return {
        data: { ...data, written },
        text: `Namespace ${wanted.name} ${said}. ${may}`,
        next: isEnforced ? nomadctl`access token create ci --role deployer --namespace ${wanted.name}` : undefined,
      };
    });
  },
};

/** @throws UsageError */
function wantedOf(input: CommandInput): WantedNamespace {
  const name = namespaceOf(wordOf(input, 'namespace'));
  if (name === DEFAULT_NAMESPACE) {
    throw new UsageError(`namespace ${name} is there already, and has every name of a service that is no other's`, {
      code: 'namespace-default',
      next: nomadctl`access namespace list`,
    });
  }
  const [services, released] = ['service', 'release'].map((flag) => (input.flags[flag] ?? []) as readonly string[]);
  const wrong = [...(services ?? []), ...(released ?? [])].find((service) => !/^[A-Za-z0-9-]{1,63}$/.test(service));
  if (wrong !== undefined) {
    throw new UsageError(`"${wrong}" can be no name of a service`, {
      code: 'service-invalid',
      why: 'letters, digits and dashes make it up, 63 at the most',
      next: nomadctl`access namespace create --help`,
    });
  }
  const description = flagOf(input, 'description');
  return { name, services, released, ...(description === undefined ? {} : { description }) };
}

function mayText(namespace: string, services: readonly string[], isEnforced: boolean): string {
  if (!isEnforced) return 'Consul asks nobody for a token here, so its jobs may register any service.';
  const names = [`${namespace}-*`, ...services].join(', ');
  return `Its jobs may register services ${names}, and read keys below ${namespace}/.`;
}
