import { createConsulApi } from '../../../clients/consul/consul-api.js';
import type { CheckKind } from '../check-context.js';

export const service: CheckKind<'service'> = async (check, { connection, signal }) => {
  const { value } = await createConsulApi(connection.consul).service(check.service, { index: 0, signal });
  const passing = value.filter((instance) => instance.passing);
  const addresses = passing.map(({ address, port }) => `${address}:${port}`).join(', ');
  return { ok: passing.length >= check.passing, found: passing.length > 0 ? addresses : `${value.length} registered, none passing` };
};
