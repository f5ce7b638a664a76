job "envoy" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "2m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "api" {
    count = 2

    # As long as an Envoy may go on asking the one that is about to end.
    shutdown_delay = "2s"

    # The API listens on loopback of a network that is the group's own: nobody reaches it but its Envoy.
    network {
      mode = "bridge"

      port "proxy" {
        to = -1
      }
    }

    service {
      name     = "envoy-api"
      provider = "consul"
      port     = "8080"

      connect {
        sidecar_service {
          port = "proxy"

          # Its first answer may take ten seconds, and Nomad does not wait for it. The check below asks for as much.
          disable_default_tcp_check = true
        }

        sidecar_task {
          driver = "raw_exec"

          # Envoy's bootstrap, which Nomad has the node's consul write, names Consul's socket by a path that begins at the allocation: the
          # whole path may be longer than a socket's may be. Where a task has a root of its own, alloc is there.
          config {
            command = "/bin/sh"
            args    = ["-c", "test -e alloc || ln -s \"$NOMAD_ALLOC_DIR\" alloc; exec \"$0\" -c \"$NOMAD_SECRETS_DIR/envoy_bootstrap.json\" --concurrency 1 --disable-hot-restart --log-level warning", "envoy"]
          }

          resources {
            cpu    = 100
            memory = 128
          }
        }
      }

      check {
        name     = "API answers, Envoy listens"
        type     = "script"
        task     = "api"
        command  = "/bin/sh"
        args     = ["-c", "exec node $NOMAD_TASK_DIR/ask.mjs $NOMAD_PORT_proxy"]
        interval = "5s"
        timeout  = "10s"
      }
    }

    # As root, Nomad 1.11 forgets the token of a sidecar with a reboot of its node, and tries for a minute each time to write Envoy's
    # bootstrap without: with an interval of a minute it would never give up, and never place the group anew.
    restart {
      attempts = 2
      interval = "10m"
      delay    = "1s"
      mode     = "fail"
    }

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    task "api" {
      driver = "raw_exec"

      config {
        command = "node"
        args    = ["${NOMAD_TASK_DIR}/api.mjs"]
      }

      template {
        destination = "local/api.mjs"
        data        = <<-PROGRAM
          import { createServer } from 'node:http';
          const { GREETING, NOMAD_ALLOC_ID } = process.env;
          const server = createServer((_, reply) => reply.end(GREETING + ' from allocation ' + NOMAD_ALLOC_ID));
          server.listen(8080, '127.0.0.1');
          process.on('SIGINT', () => server.close());
        PROGRAM
      }

      template {
        destination = "local/ask.mjs"
        data        = <<-PROGRAM
          import { once } from 'node:events';
          import { connect } from 'node:net';
          await once(connect(Number(process.argv[2]), '127.0.0.1'), 'connect');
          console.log(await (await fetch('http://127.0.0.1:8080')).text());
          process.exit(0);
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
  }

  group "web" {
    network {
      mode = "bridge"

      port "proxy" {
        to = -1
      }

      port "stranger" {
        to = -1
      }
    }

    # By its service web is known to the other side. It offers nothing itself.
    service {
      name     = "envoy-web"
      provider = "consul"
      port     = "9000"

      connect {
        sidecar_service {
          port = "proxy"

          # Nobody connects to it.
          disable_default_tcp_check = true

          proxy {
            upstreams {
              destination_name = "envoy-api"
              local_bind_port  = 8081
            }
          }
        }

        sidecar_task {
          driver = "raw_exec"

          config {
            command = "/bin/sh"
            args    = ["-c", "test -e alloc || ln -s \"$NOMAD_ALLOC_DIR\" alloc; exec \"$0\" -c \"$NOMAD_SECRETS_DIR/envoy_bootstrap.json\" --concurrency 1 --disable-hot-restart --log-level warning", "envoy"]
          }

          resources {
            cpu    = 100
            memory = 128
          }
        }
      }
    }

    # Somebody else with a certificate of the mesh, whom an intention denies: the proof that it is Envoy who lets web in.
    service {
      name     = "envoy-stranger"
      provider = "consul"
      port     = "9001"

      connect {
        sidecar_service {
          port                      = "stranger"
          disable_default_tcp_check = true

          proxy {
            upstreams {
              destination_name = "envoy-api"
              local_bind_port  = 8082
            }
          }
        }

        sidecar_task {
          driver = "raw_exec"

          config {
            command = "/bin/sh"
            args    = ["-c", "test -e alloc || ln -s \"$NOMAD_ALLOC_DIR\" alloc; exec \"$0\" -c \"$NOMAD_SECRETS_DIR/envoy_bootstrap.json\" --concurrency 1 --disable-hot-restart --log-level warning", "envoy"]
          }

          resources {
            cpu    = 100
            memory = 128
          }
        }
      }
    }

    restart {
      attempts = 2
      interval = "10m"
      delay    = "1s"
      mode     = "fail"
    }

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    # Stands for any application: all that it knows of the API is a port of its own loopback.
    task "web" {
      driver = "raw_exec"

      config {
        command = "tail"
        args    = ["-f", "/dev/null"]
      }

      template {
        destination = "local/ask.mjs"
        data        = <<-PROGRAM
          const reply = await fetch('http://127.0.0.1:' + process.argv[2]).catch(() => undefined);
          console.log(reply ? await reply.text() : 'refused');
        PROGRAM
      }

      env {
        API_PORT      = "8081"
        STRANGER_PORT = "8082"
      }

      resources {
        cpu    = 50
        memory = 96
      }
    }
  }
}
