import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { DEFAULT_NAMESPACE } from '../../../cluster/connection.js';
import { deleteNamespacePlan, runAccessPlan } from '../../../plans/access.js';
import { aclStanding } from '../../../security/access/acl-standing.js';
import { namespaceOf } from '../../../security/access/token-kinds.js';
import { wordOf, type Command } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  arguments: [{ name: 'namespace', summary: 'as the list names it', required: true, completes: 'namespace' }],
  flags: [planFlag],
  examples: ['nomadctl access namespace delete team2', 'nomadctl access namespace delete team2 --plan'],
  about:
    'Its jobs must have been stopped; they are forgotten. Tokens of its deployers end with it. May be given again when it was interrupted.',
  async run(input, ctx) {
    const name = namespaceOf(wordOf(input, 'namespace'));
    if (name === DEFAULT_NAMESPACE) {
      throw new UsageError(`namespace ${name} cannot be deleted`, {
        code: 'namespace-default',
        why: 'everybody has it',
        next: nomadctl`access namespace list`,
      });
    }
    return withCluster(ctx, async (connection) => {
      const { consul: isEnforced } = await aclStanding(connection, ctx.signal);
      if (input.flags['plan'])
        return {
          data: { namespace: name, would: 'delete' },
          text: `Would delete namespace ${name}${isEnforced ? ", what its jobs are in Consul, and its deployers' tokens" : ''}. Nothing was changed.`,
        };
      const written = await runAccessPlan(ctx, {
        plan: deleteNamespacePlan(name, isEnforced),
        connection,
      });
      return { data: { namespace: name, written }, text: `Namespace ${name} is deleted.` };
    });
  },
};
