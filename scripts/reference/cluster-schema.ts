import { CLUSTER_NAME, LONGEST_CLUSTER_NAME } from '../../src/config/cluster-name.js';
import { currentVersion } from '../../src/config/migrate.js';
import type { AnyOption, OptionTable } from '../../src/options/option.js';
import { ownerOf, targets } from '../../src/targets/index.js';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Draft 7 is what editors know: https://code.visualstudio.com/docs/languages/json#_json-schemas-and-settings */
export const DIALECT = 'http://json-schema.org/draft-07/schema#';

/** The JSON schema of `cluster.yaml`, from the option tables of all targets. */
export function clusterSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'A cluster of nomadctl',
    description: 'What nomadctl up brings a cluster to. All keys: docs/reference/settings.md',
    type: 'object',
    required: ['version', 'name', 'target'],
    properties: {
      ...ownKeys,
      target: {
        description: 'where the cluster lives; it cannot move',
        enum: targets.map(({ id }) => id),
      },
    },
    allOf: targets.map((target) => ({
      if: { required: ['target'], properties: { target: { const: target.id } } },
      then: {
        title: `A cluster on ${ownerOf(target)}`,
        properties: { ...ownKeys, target: true, ...propertiesOf(target.options) },
        additionalProperties: false,
      },
    })),
  };
}

const ownKeys = {
  $schema: { description: 'for editors; nomadctl does not look at it', type: 'string' },
  version: { description: 'of the form of this file', const: currentVersion() },
  name: {
    description: "the cluster's name, as its folder's",
    type: 'string',
    maxLength: LONGEST_CLUSTER_NAME,
    pattern: CLUSTER_NAME.source,
  },
};

/** `versions.consul` becomes a property of an object `versions`. */
function propertiesOf(table: OptionTable): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, option] of Object.entries(table)) {
    const [first = '', inner] = key.split('.');
    const schema = schemaOf(option);
    if (inner === undefined) properties[first] = schema;
    else
      properties[first] = {
        type: 'object',
        additionalProperties: false,
        properties: { ...(properties[first]?.['properties'] as object | undefined), [inner]: schema },
      };
  }
  return properties;
}

/** What a kind takes, as `options/value-problem.ts` does: the contract test tries both with the same values. */
const KINDS: Readonly<Record<AnyOption['kind'], (option: AnyOption) => JsonSchema>> = {
  count: () => ({ type: 'integer' }),
  text: () => ({ type: 'string' }),
  flag: () => ({ type: 'boolean' }),
  choice: ({ choices = [] }) => ({ type: 'string', enum: choices }),
  list: ({ mayBeEmpty }) => ({ ...(mayBeEmpty ? {} : { minItems: 1 }), type: 'array', items: { type: 'string', minLength: 1 } }),
};

/** What the kind takes, and what the check says of itself. */
function schemaOf(option: AnyOption): JsonSchema {
  const kind = KINDS[option.kind](option);
  const merged = { ...kind, ...option.check?.rule };
  const items = 'items' in merged && 'items' in kind ? { items: { ...(kind.items as object), ...(merged.items as object) } } : {};
  return {
    description: option.summary,
    ...merged,
    ...items,
    ...(option.default === undefined ? {} : { default: option.default as unknown }),
  };
}
