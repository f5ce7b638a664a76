/** Variables that a child gets unless it is told otherwise: enough to find programs, homes and proxies; no credentials. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|TERM|SHELL|SystemRoot|https?_proxy|no_proxy|all_proxy|SSL_CERT_(FILE|DIR)|XDG_.*|GO.*|CGO_.*|CC|CXX)$/i;

export function passedOnEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0])),
  );
}
