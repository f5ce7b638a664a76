import { askHttp } from '../ask-port.js';
import { portOf, type CheckKind } from '../check-context.js';

/** As Prometheus answers: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
interface Answer {
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly value: readonly [at: number, value: string] }[] };
}

/** That a target is up says nothing of data: Consul without its own setting answers, and tells nothing. So a metric is asked for. */
export const metric: CheckKind<'metric'> = async ({ query, min, series = 1, ...where }, at) => {
  const { body } = await askHttp(portOf(where, at), `/api/v1/query?query=${encodeURIComponent(query)}`, at);
  const { data, error } = JSON.parse(body) as Answer;
  if (!data) return { ok: false, found: error ?? body.slice(0, 200) };
  const values = data.result.map(({ value }) => Number(value[1]));
  const few = values.length < series;
  const low = min !== undefined && values.some((value) => !(value >= min));
  const seen =
    values.length === 0 ? 'no series' : `${values.slice(0, 5).join(', ')}${values.length > 5 ? ` and ${values.length - 5} more` : ''}`;
  return { ok: !few && !low, found: few && values.length > 0 ? `${seen}; ${series} series are wanted` : seen };
};
