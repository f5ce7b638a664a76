/** Settings of a backend; one that is undefined is left out. */
export type BackendSettings = Readonly<Record<string, string | boolean | Readonly<Record<string, string>> | undefined>>;

/** `backend.tf`: the block that names a backend. https://developer.hashicorp.com/terraform/language/backend */
export function backendBlock(kind: string, settings: BackendSettings): string {
  const lines = Object.entries(settings).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [`    ${key} = ${typeof value === 'object' ? `{ ${pairs(value)} }` : valueOf(value)}`];
  });
  return ['terraform {', `  backend "${kind}" {`, ...lines, '  }', '}', ''].join('\n');
}

function pairs(value: Readonly<Record<string, string>>): string {
  return Object.entries(value)
    .map(([key, word]) => `${key} = ${valueOf(word)}`)
    .join(', ');
}

/** JSON's strings are HCL's, but for what begins a template there. */
function valueOf(value: string | boolean): string {
  return JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
