/**
 * What is wrong with the shape of a journal, each with its place, as `steps.start-consul.status: ...`. Every command reads a
 * journal, and a library for schemas takes a tenth of its start.
 */
export function journalProblems(found: unknown): string[] {
  return [
    ...fields('', found, { cluster: isText, state: isRecord, steps: isRecord, runs: Array.isArray }),
    ...Object.entries(recordIn(found, 'steps')).flatMap(([id, step]) => [
      ...fields(`steps.${id}`, step, {
        status: isOutcome,
        startedAt: isNumber,
        finishedAt: isNumber,
        fingerprint: isTexts,
        detail: isText,
      }),
      ...fields(`steps.${id}`, step, { error: optional(isFailure) }),
    ]),
    ...listIn(found, 'runs').flatMap((run, index) => [
      ...fields(`runs.${index}`, run, { id: isText, plan: isText, pid: isNumber, startedAt: isNumber, outcome: isOutcome }),
      ...fields(`runs.${index}`, run, { finishedAt: optional(isNumber) }),
    ]),
  ];
}

type Check = (value: unknown) => boolean;

function fields(at: string, value: unknown, checks: Readonly<Record<string, Check>>): string[] {
  if (!isRecord(value)) return [`${at || 'journal'}: is no object`];
  return Object.entries(checks).flatMap(([name, check]) =>
    check(value[name]) ? [] : [`${at ? `${at}.` : ''}${name}: ${JSON.stringify(value[name]) ?? 'nothing'} is not what belongs there`],
  );
}

function recordIn(found: unknown, name: string): Readonly<Record<string, unknown>> {
  const value = isRecord(found) ? found[name] : undefined;
  return isRecord(value) ? value : {};
}

function listIn(found: unknown, name: string): readonly unknown[] {
  const value = isRecord(found) ? found[name] : undefined;
  return Array.isArray(value) ? value : [];
}

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isOutcome: Check = (value) => ['running', 'succeeded', 'failed', 'interrupted'].includes(value as string);
const isTexts: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const isFailure: Check = (value) => isRecord(value) && isText(value['code']) && isText(value['message']);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
