job "microbot" {
  type        = "service"
  datacenters = ["*"]

  constraint {
    attribute = "${node.unique.name}"
    operator  = "set_contains_any"
    value     = join(",", ["client-1", "client-2"])
  }

  update {
    max_parallel      = 1
    canary            = 5
    min_healthy_time  = "500ms"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "microbot" {
    count = 5

    spread {
      attribute = "${node.unique.name}"
    }

    # Nomad takes the instance out of Consul, waits that long, and only then ends it: no balancer sends anybody to what is gone.
    shutdown_delay = "2s"

    network {
      port "http" {}
    }

    # The node's own address, where a balancer on the same node has the same one: a name of Consul's leads to both.
    service {
      name     = "microbot"
      provider = "consul"
      port     = "http"
      address  = "${meta.address}"
      tags     = ["urlprefix-bots.example.org/"]

      canary_tags = ["urlprefix-next.bots.example.org/"]

      check {
        name     = "is well"
        type     = "http"
        path     = "/healthz"
        interval = "1s"
        timeout  = "2s"
      }
    }

    restart {
      attempts = 3
      interval = "1m"
      delay    = "1s"
      mode     = "fail"
    }

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    task "server" {
      driver       = "raw_exec"
      kill_signal  = "SIGTERM"
      kill_timeout = "10s"

      config {
        command = "node"
        args    = ["--max-old-space-size=24", "${NOMAD_TASK_DIR}/microbot.mjs"]
      }

      # Told to end, it takes no new connections, finishes what it has begun, and closes those that are kept alive.
      template {
        destination = "local/microbot.mjs"
        data        = <<-PROGRAM
          import { createServer } from 'node:http';
          const { ADDRESS, NOMAD_PORT_http, NOMAD_ALLOC_ID, VERSION, WORK_MS } = process.env;
          const page = 'microbot ' + VERSION + ' from allocation ' + NOMAD_ALLOC_ID + '\n';
          const server = createServer((request, reply) => {
            if (request.url === '/healthz') return reply.end('well\n');
            if (ending) reply.setHeader('connection', 'close');
            setTimeout(() => reply.end(page), Number(WORK_MS));
          });
          let ending = false;
          server.keepAliveTimeout = 65000;
          server.listen(Number(NOMAD_PORT_http), ADDRESS);
          for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { ending = true; server.close(() => process.exit(0)); });
        PROGRAM
      }

      env {
        ADDRESS = "${meta.address}"
        VERSION = "2"
        WORK_MS = "0"
      }

      resources {
        cpu    = 30
        memory = 64
      }
    }
  }
}
