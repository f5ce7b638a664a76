import { nomadctl } from '@nomadctl/base/hint/hint';
import { customerName, DEFAULT_QUOTA, writeCustomer } from '../../../tenants/customers.js';
import { flagOf, wordOf, type Command } from '../../command.js';
import { numberOf } from '../../job/job-input.js';
import { withTenants } from '../../tenant/open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'customer', summary: 'lower case letters, digits and dashes', required: true }],
  flags: [
    { flag: '--quota <count>', summary: `how many tenants there may be at a time (default: ${DEFAULT_QUOTA})` },
    { flag: '--new-token', summary: 'of a customer that is there: another token; the one before ends' },
  ],
  examples: ['nomadctl controller customer create acme --quota 5', 'nomadctl controller customer create acme --new-token'],
  about: 'Shows the token once, on standard output; only its hash is kept. Of a customer that is there it changes what is given.',
  async run(input, ctx) {
    const name = customerName(wordOf(input, 'customer') ?? '');
    const quota = numberOf(flagOf(input, 'quota'), '--quota');
    const wanted = { name, quota, now: ctx.clock.now(), newToken: input.flags['newToken'] === true };
    const { customer, token } = await withTenants(ctx, ({ store }) => writeCustomer(store, wanted, ctx));
    const about = `Customer ${name} may have ${customer.quota} tenants, and has ${customer.tenants.length}`;
    if (!token) return { data: { customer: name, quota: customer.quota }, text: about, next: nomadctl`controller customer list` };
    ctx.ui.note(`${about}. Nobody can show this token again.`);
    return { data: null, text: '', disclosure: { text: [token], data: { customer: name, quota: customer.quota, token } } };
  },
};
