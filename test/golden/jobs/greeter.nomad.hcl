job "greeter" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "greeter" {
    # The greeter listens on loopback only: other hosts reach it through the proxy, and only with a certificate of the mesh.
    network {
      port "http" {}
      port "proxy" {}
    }

    # The proxy speaks Connect itself, so the service is "native": Consul hands its address to other proxies, and Nomad
    # takes it out again when the allocation ends, however it ends.
    service {
      name     = "greeter"
      provider = "consul"
      port     = "proxy"
      address  = "${meta.address}"
      task     = "connect-proxy"

      connect {
        native = true
      }

      check {
        name     = "proxy accepts connections"
        type     = "tcp"
        port     = "proxy"
        interval = "1s"
        timeout  = "5s"
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
      driver = "raw_exec"

      config {
        command = "node"
        args    = ["${NOMAD_TASK_DIR}/greeter.mjs"]
      }

      template {
        destination = "local/greeter.mjs"
        data        = <<-PROGRAM
          import { createServer } from 'node:http';
          const { GREETING, NOMAD_PORT_http, NOMAD_ALLOC_ID } = process.env;
          const server = createServer((_, reply) => reply.end(GREETING + ' from allocation ' + NOMAD_ALLOC_ID));
          server.listen(Number(NOMAD_PORT_http), '127.0.0.1');
        PROGRAM
      }

      env {
        GREETING = "good morning"
      }

      resources {
        cpu    = 50
        memory = 96
      }
    }

    task "connect-proxy" {
      driver = "raw_exec"

      config {
        command = "${meta.consul_binary}"
        args = [
          "connect", "proxy",
          "-http-addr", "${meta.consul_http_addr}",
          "-service", "greeter",
          "-service-addr", "127.0.0.1:${NOMAD_PORT_http}",
          "-listen", "${meta.address}:${NOMAD_PORT_proxy}",
        ]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }

  group "web" {
    count = 2

    network {
      port "greeter" {}
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

    # Stands for any application: all that it knows of the greeter is a port on its own host.
    task "web" {
      driver = "raw_exec"

      config {
        command = "tail"
        args    = ["-f", "/dev/null"]
      }

      env {
        GREETER_PORT = "${NOMAD_PORT_greeter}"
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }

    task "proxy" {
      driver = "raw_exec"

      config {
        command = "${meta.consul_binary}"
        args = [
          "connect", "proxy",
          "-http-addr", "${meta.consul_http_addr}",
          "-service", "web",
          "-upstream", "greeter:127.0.0.1:${NOMAD_PORT_greeter}",
        ]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
