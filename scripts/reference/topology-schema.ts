import * as z from 'zod';
import { topologySchema } from '../../src/discovery/topology-schema.js';

/** The JSON schema of a topology, as people write it: what has a default may be left out. */
export function topologyFileSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(topologySchema, { target: 'draft-7', io: 'input' });
  return {
    $schema,
    title: 'A topology of nomadctl',
    description: 'What `nomadctl discovery up --file` takes: docs/guide/discovery.md',
    ...schema,
  };
}
