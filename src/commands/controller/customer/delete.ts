import { nomadctl } from '@nomadctl/base/hint/hint';
import { deleteCustomer } from '../../../tenants/customers.js';
import { wordOf, type Command } from '../../command.js';
import { withTenants } from '../../tenant/open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'customer', summary: 'as the list names it', required: true }],
  examples: ['nomadctl controller customer delete acme'],
  about: 'Refused while there are tenants.',
  async run(input, ctx) {
    const name = wordOf(input, 'customer') ?? '';
    await withTenants(ctx, ({ store }) => deleteCustomer(store, name, ctx.signal));
    return { data: { customer: name }, text: `Customer ${name} is forgotten`, next: nomadctl`controller customer list` };
  },
};
