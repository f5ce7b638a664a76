import type { Json } from '@nomadctl/base/json';
import { routes, type Route } from './routes.js';

const ERROR = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        why: { type: 'array', items: { type: 'string' } },
        next: { type: 'string' },
      },
    },
  },
} as const;

/** The description of the service, made from its routes. https://spec.openapis.org/oas/v3.1.0 */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tenants of a cluster',
      version,
      description:
        'Tenants of a cluster, for its customers. What changes something is answered at once with an operation, which is then done.',
    },
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: { Error: ERROR } },
  };
}

function operationOf({ path, method, summary, body, answers, action }: Route): Json {
  const name = /\{(\w+)\}/.exec(path)?.[1];
  const isChange = action !== undefined && action !== 'credentials';
  const parameters: Json[] = [
    ...(name === undefined ? [] : [{ name, in: 'path', required: true, schema: { type: 'string' } }]),
    ...(isChange ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 256 } }] : []),
  ];
  const properties = Object.fromEntries(
    Object.entries(body ?? {}).map(([field, { type, about }]) => [field, { type, description: about }]),
  );
  const required = Object.entries(body ?? {}).flatMap(([field, given]) => (given.required ? [field] : []));
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replace(/[{}]/g, '').replace(/(^|\/)v1|\/(\w)/g, (_, _version, letter: string | undefined) => letter?.toUpperCase() ?? '')}`,
    parameters,
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { type: 'object', properties, required, additionalProperties: false } } },
          },
        }
      : {}),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, description]) => [
        status,
        {
          description,
          content: { 'application/json': { schema: Number(status) < 400 ? { type: 'object' } : { $ref: '#/components/schemas/Error' } } },
        },
      ]),
    ),
  };
}
