import { join } from 'node:path';
import { pinned } from './pinned.js';
import { versionScript } from './release-server.js';
import { writeProgram } from './tool-context.js';

export interface FakeGo {
  readonly version?: string;
  /** What `go env GOTOOLCHAIN` answers. */
  readonly toolchain?: string;
  readonly packages?: readonly string[];
  /** How long each package takes, for tests that stop it half-way. */
  readonly secondsPerPackage?: number;
  /** The last package takes until the file `go.on` lies beside the program. */
  readonly waits?: boolean;
  /** What the compiler says before it fails. */
  readonly failure?: string;
}

/** A `go` on PATH that answers, downloads, compiles and links in words only. Every call is a line of `<bin>/go.log`. */
export async function writeFakeGo(bin: string, go: FakeGo = {}): Promise<string> {
  const packages = go.packages ?? ['internal/one', 'internal/two', 'github.com/hashicorp/consul'];
  const compile = packages.map((name) => `echo ${name} >&2; sleep ${go.secondsPerPackage ?? 0}`).join('\n    ');
  const wait = go.waits ? `until [ -e ${join(bin, 'go.on')} ]; do sleep 0.05; done` : '';
  const fail = go.failure === undefined ? '' : `echo '${go.failure}' >&2; exit 1`;
  const script = `#!/bin/sh
echo "$$ CGO_ENABLED=$CGO_ENABLED GOWORK=$GOWORK $*" >> ${join(bin, 'go.log')}
case "$1" in
  version) echo "go version go${go.version ?? '1.26.8'} linux/amd64" ;;
  env) echo "${go.toolchain ?? 'local'}" ;;
  list)
    echo "go: downloading github.com/one v1.0.0" >&2
    echo "go: downloading github.com/two v1.0.0" >&2
    printf '%s\\n' ${packages.join(' ')} ;;
  build)
    while [ "$1" != "-o" ]; do shift; done
    ${compile}
    ${wait}
    ${fail}
    cat > "$2" <<'PROGRAM'
${versionScript('consul', pinned.consul)}PROGRAM
    chmod 755 "$2" ;;
esac
`;
  return writeProgram(join(bin, 'go'), script);
}
