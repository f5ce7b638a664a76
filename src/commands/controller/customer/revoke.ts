import { nomadctl } from '@nomadctl/base/hint/hint';
import { revokeTokens } from '../../../tenants/customers.js';
import { wordOf, type Command } from '../../command.js';
import { withTenants } from '../../tenant/open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'customer', summary: 'as the list names it', required: true }],
  examples: ['nomadctl controller customer revoke acme'],
  about: 'The token is refused within a second.',
  async run(input, ctx) {
    const name = wordOf(input, 'customer') ?? '';
    await withTenants(ctx, ({ store }) => revokeTokens(store, name, ctx.signal));
    return {
      data: { customer: name },
      text: `Tokens of customer ${name} have ended; its tenants stay`,
      next: nomadctl`controller customer list`,
    };
  },
};
