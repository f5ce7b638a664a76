import { askHttp } from '../ask-port.js';
import { isExpected, portOf, type CheckKind } from '../check-context.js';

export const http: CheckKind<'http'> = async (check, at) => {
  const { status, body } = await askHttp(portOf(check, at), check.path, at);
  if (status !== check.status) return { ok: false, found: `status ${status} instead of ${check.status}` };
  return { ok: isExpected(body, check.expect), found: body.slice(0, 200) };
};
