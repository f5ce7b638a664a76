import { expect, it } from 'vitest';
import { disclosed } from '../../../src/cli/disclose.js';
import { secretOf } from '../../helpers/secret-values.js';

const token = secretOf('5f0a1c52-0000-4000-8000-000000000000');
const disclosure = { text: ["export NOMAD_TOKEN='", token, "'\n", 'unset NOMAD_CAPATH'], data: { NOMAD_TOKEN: token, NOMAD_CAPATH: null } };

it('opens what a command was asked for, as text and as data', () => {
  expect(disclosed(disclosure, { json: false })).toBe("export NOMAD_TOKEN='5f0a1c52-0000-4000-8000-000000000000'\nunset NOMAD_CAPATH");
  expect(JSON.parse(disclosed(disclosure, { json: true }))).toEqual({
    NOMAD_TOKEN: '5f0a1c52-0000-4000-8000-000000000000',
    NOMAD_CAPATH: null,
  });
});
