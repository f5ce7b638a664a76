import { programOptions } from './program-options.js';
import { stateOptions } from './state-options.js';
import { choice, ruled, text, type Option } from '../options/option.js';

const VERSION = /^(default|\d+\.\d+\.\d+([-+][\w.+-]+)?)$/;

/** What can be set about a cluster wherever it lives, after all that its target has. */
export const clusterOptions = {
  datacenter: text({
    summary: 'name of the datacenter',
    default: 'dc1',
    check: ruled((value) => (/^[a-z0-9][a-z0-9-_]*$/i.test(value) ? undefined : 'must be letters, digits, - and _'), {
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
    }),
  }),
  scheduler: choice({
    summary: 'which client a job gets: spread, the emptiest, so that groups land apart; binpack, the fullest that has room',
    choices: ['spread', 'binpack'],
    default: 'spread',
  }),
  'versions.consul': versionOf('Consul'),
  'versions.nomad': versionOf('Nomad'),
  ...stateOptions,
  ...programOptions,
} as const;

function versionOf(program: string): Option<string> {
  return text({
    summary: `exact version of ${program}; default: any that nomadctl works with`,
    placeholder: 'version',
    default: 'default',
    check: ruled((value) => (VERSION.test(value) ? undefined : 'must be three numbers, such as 1.22.0, or default'), {
      pattern: VERSION.source,
    }),
  });
}
