import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';
import { runCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const nomad = requireTool('nomad');
const catalogue = readdirSync(fileURLToPath(new URL('../../templates/jobs', import.meta.url)));

interface Linted {
  readonly findings: readonly { readonly rule: string; readonly line?: number; readonly what: string; readonly why: string }[];
}

const WRONG = `variable "image" {
  default = "registry.test:5000/web"
}
job "wrong" {
  group "web" {
    count = 2
    network {
      port "http" {
        static = 8080
      }
      port "other" {}
    }
    update {
      progress_deadline = "45m"
    }
    service {
      name = "fine"
      port = "other"
      check {
        type     = "tcp"
        interval = "2s"
        timeout  = "1s"
      }
    }
    service {
      name    = "web"
      port    = "http"
      address = "127.0.0.1"
      tags    = ["urlprefix-/web"]
    }
    task "web" {
      driver = "docker"
      config {
        image = var.image
      }
      template {
        data          = "fine"
        destination   = "local/fine"
      }
      template {
        data          = "x"
        destination   = "local/x"
        change_mode   = "signal"
        change_signal = "SIGHUP"
      }
    }
  }
}
`;

/** What was wrong, put right. */
const RIGHT = WRONG.replace('static = 8080', 'to = 8080')
  .replace('"45m"', '"9m"')
  .replace('address = "127.0.0.1"', 'check {\n        type     = "tcp"\n        interval = "2s"\n        timeout  = "1s"\n      }')
  .replace('count = 2', 'count = 2\n    shutdown_delay = "2s"')
  .replace('5000/web"', '5000/web:1.2"')
  .replace('"SIGHUP"', '"SIGHUP"\n        splay         = "0s"');

test.skipIf(nomad === undefined)('what hurts is told with its line and the reason, and what is right is left alone', async () => {
  const home = await tempHome();
  const lint = (text: string, ...words: readonly string[]) => runCli(['job', 'lint', '-', ...words], { home, stdin: text });
  const wrong = await lint(WRONG, '--json');
  expect(wrong.code).toBe(1);
  const { findings } = wrong.json<Linted>();
  const lines = WRONG.split('\n');
  expect(findings.map(({ rule, line }) => [rule, lines[(line ?? 0) - 1]?.trim()])).toEqual([
    ['shutdown-delay', 'group "web" {'],
    ['static-port', 'port "http" {'],
    ['progress-deadline', 'update {'],
    ['health-check', 'name    = "web"'],
    ['loopback-address', 'address = "127.0.0.1"'],
    ['image-tag', 'image = var.image'],
    ['template-splay', 'destination   = "local/x"'],
  ]);
  expect((await lint(WRONG)).stdout).toMatch(/^-:5 {2}group web is behind a proxy.*shutdown-delay\n {2}a proxy goes on/);
  expect([await lint(RIGHT, '--json')].map(({ code, stdout }) => [code, JSON.parse(stdout)])).toEqual([
    [0, { job: 'wrong', findings: [] }],
  ]);
  expect((await lint(RIGHT, '--var', 'image=web:latest', '--json')).json<Linted>().findings.map(({ rule }) => rule)).toEqual(['image-tag']);
  writeFileSync(join(home, 'torn.nomad.hcl'), 'job "torn" {');
  expect((await runCli(['job', 'lint', join(home, 'torn.nomad.hcl')], { home })).code).toBe(2);
});

test.skipIf(nomad === undefined).each(catalogue)('nothing that commonly hurts is in %s', async (job) => {
  const result = await runCli(['job', 'lint', job, '--json'], { home: await tempHome() });
  expect(result.json<Linted>().findings).toEqual([]);
});
