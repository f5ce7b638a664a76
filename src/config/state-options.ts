import { choice, list, ruled, text } from '../options/option.js';

const AGE_KEY = /^age1[0-9a-z]{58}$/;
/** Without a name and a password: credentials are in the environment, and this is written down and printed. */
const ADDRESS = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/;
const REGION = /^[a-z0-9-]*$/i;
const BUCKET = /^[a-z0-9.-]*$/i;

/** Where a cluster's states are kept. Few change it, by `state backend`. No credential is a setting: those are in the environment. */
export const stateOptions = {
  'state.backend': choice({
    summary: 'where terraform keeps what it has made: local, in this home; consul, s3 or http, elsewhere and for several computers',
    choices: ['local', 'consul', 's3', 'http'],
    default: 'local',
    hidden: true,
  }),
  'state.address': text({
    summary: 'web address of that Consul or HTTP server, or of an S3-compatible store that is not Amazon',
    placeholder: 'url',
    default: '',
    hidden: true,
    check: ruled(
      (value) =>
        value === '' || ADDRESS.test(value)
          ? undefined
          : 'must be a web address without a password, such as https://10.0.0.5:8501; credentials are in the environment',
      {
        pattern: '^(https?://[^\\s/?#@]+(/[^\\s?#]*)?)?$',
      },
    ),
  }),
  'state.ca': text({
    summary: "file with the certificate of the authority behind that address, where it is none that everybody's computer knows",
    placeholder: 'file',
    default: '',
    hidden: true,
    check: ruled((value) => (value === '' || value.startsWith('/') ? undefined : 'must be a whole path, from /'), { pattern: '^(/.*)?$' }),
  }),
  'state.bucket': text({
    summary: 'bucket of the S3-compatible store',
    placeholder: 'name',
    default: '',
    hidden: true,
    check: ruled((value) => (BUCKET.test(value) ? undefined : 'must be letters, digits, - and .'), { pattern: '^[A-Za-z0-9.-]*$' }),
  }),
  'state.region': text({
    summary: 'region of the S3-compatible store',
    placeholder: 'region',
    default: 'us-east-1',
    hidden: true,
    check: ruled((value) => (REGION.test(value) ? undefined : 'must be letters, digits and -'), { pattern: '^[A-Za-z0-9-]*$' }),
  }),
  'state.recipients': list({
    summary:
      "operators' public keys of age: for them alone backups are made, and the cluster file, secrets and the journal kept beside the states",
    default: [],
    mayBeEmpty: true,
    hidden: true,
    check: (keys) => {
      const wrong = keys.find((key) => !AGE_KEY.test(key));
      return wrong === undefined ? undefined : `has ${wrong}, which is no public key of age (age1...)`;
    },
  }),
} as const;

/** The same as one value, as it goes to whoever opens a root. */
export interface StatePlace {
  readonly backend: string;
  readonly address: string;
  readonly ca: string;
  readonly bucket: string;
  readonly region: string;
}

/** What a cluster's settings say of it. */
export function statePlaceOf(settings: Readonly<Record<string, unknown>>): StatePlace {
  const word = (key: string): string => (typeof settings[key] === 'string' ? settings[key] : '');
  return {
    backend: word('state.backend') || 'local',
    address: word('state.address').replace(/\/+$/, ''),
    ca: word('state.ca'),
    bucket: word('state.bucket'),
    region: word('state.region'),
  };
}
