import { createConsulApi } from '../../../clients/consul/consul-api.js';
import { askHttp, type TaskPort } from '../ask-port.js';
import { isExpected, type CheckContext, type CheckKind } from '../check-context.js';
import { wordsOfMeta } from '../words-of-meta.js';

/** Whom a balancer leaves out is seen by nobody who asks it once. */
const REQUESTS = 200;

export const distinct: CheckKind<'distinct'> = async (check, at) => {
  const { path = '/', requests = REQUESTS } = check;
  const of = await wordsOfMeta(check.of, at);
  const [asked, wanted] = await Promise.all([passingPorts(check.service, at), passingPorts(of, at)]);
  const answers = new Set<string>();
  if (asked.length === 0) return { ok: false, found: `no instance of ${check.service} passes its checks` };
  if (wanted.length === 0) return { ok: false, found: `no instance of ${of} passes its checks, so there is nothing to be seen` };
  let count = 0;
  // Each is asked at least once.
  while (count < asked.length || (answers.size < wanted.length && count < requests)) {
    const one = asked[count % asked.length] as TaskPort;
    const { status, body } = await askHttp(one, path, at);
    count++;
    if (status !== 200) return { ok: false, found: `status ${status} from ${one.host}:${one.port}: ${body.slice(0, 200)}` };
    if (!isExpected(body, check.expect)) return { ok: false, found: body.slice(0, 200) };
    answers.add(body);
  }
  const found = `${answers.size} different answers to ${count} requests, of ${wanted.length} instances of ${of}`;
  return { ok: answers.size >= wanted.length, found };
};

/** Where the instances of a service are that pass their checks. */
export async function passingPorts(service: string, { connection, signal }: CheckContext): Promise<TaskPort[]> {
  const { value } = await createConsulApi(connection.consul).service(service, { index: 0, signal });
  return value.filter(({ passing }) => passing).map(({ node, address, port }) => ({ node, host: address, port }));
}
