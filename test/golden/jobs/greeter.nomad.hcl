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
        # As root, Nomad 1.11 forgets the token of a Connect task with a reboot of its node. Without one the proxy would be refused
        # for ever: it fails instead, and is placed anew.
        command = "/bin/sh"
        args = [
          "-c", "test -z \"$CONSUL_CACERT\" || test -n \"$CONSUL_HTTP_TOKEN\" || exit 1; exec \"$0\" \"$@\"",
          "${meta.consul_binary}", "connect", "proxy",
          "-http-addr", "${meta.consul_http_addr}",
          "-service", "greeter",
          "-service-addr", "127.0.0.1:${NOMAD_PORT_http}",
          "-listen", "${meta.address}:${NOMAD_PORT_proxy}",
        ]
      }

      # On a secured cluster the node's agent speaks TLS, with a certificate that the cluster's own authority has signed.
      # Nobody has to be started anew when there is another authority: the old one has vouched for it. Where the agent wants a
      # certificate of whoever asks, Nomad lays that of the node's tasks beside the token.
      template {
        destination = "local/consul-ca.pem"
        data        = "{{ with env `meta.consul_ca` }}{{ base64Decode . }}{{ end }}"
        change_mode = "noop"
      }

      template {
        destination = "local/consul.env"
        env         = true
        change_mode = "noop"
        data        = <<-EOT
          {{ if env `meta.consul_ca` }}CONSUL_CACERT={{ env `NOMAD_TASK_DIR` }}/consul-ca.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_CERT={{ env `NOMAD_SECRETS_DIR` }}/consul_cert_file.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_KEY={{ env `NOMAD_SECRETS_DIR` }}/consul_key_file.pem{{ end }}
        EOT
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

    # By its service the proxy is known, to Consul and to the other side; it offers nothing to others.
    service {
      name     = "web"
      provider = "consul"
      port     = "greeter"
      task     = "proxy"

      connect {
        native = true
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
        memory = 96
      }
    }

    task "proxy" {
      driver = "raw_exec"

      config {
        # As root, Nomad 1.11 forgets the token of a Connect task with a reboot of its node. Without one the proxy would be refused
        # for ever: it fails instead, and is placed anew.
        command = "/bin/sh"
        args = [
          "-c", "test -z \"$CONSUL_CACERT\" || test -n \"$CONSUL_HTTP_TOKEN\" || exit 1; exec \"$0\" \"$@\"",
          "${meta.consul_binary}", "connect", "proxy",
          "-http-addr", "${meta.consul_http_addr}",
          "-service", "web",
          "-upstream", "greeter:127.0.0.1:${NOMAD_PORT_greeter}",
        ]
      }

      # On a secured cluster the node's agent speaks TLS, with a certificate that the cluster's own authority has signed.
      # Nobody has to be started anew when there is another authority: the old one has vouched for it. Where the agent wants a
      # certificate of whoever asks, Nomad lays that of the node's tasks beside the token.
      template {
        destination = "local/consul-ca.pem"
        data        = "{{ with env `meta.consul_ca` }}{{ base64Decode . }}{{ end }}"
        change_mode = "noop"
      }

      template {
        destination = "local/consul.env"
        env         = true
        change_mode = "noop"
        data        = <<-EOT
          {{ if env `meta.consul_ca` }}CONSUL_CACERT={{ env `NOMAD_TASK_DIR` }}/consul-ca.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_CERT={{ env `NOMAD_SECRETS_DIR` }}/consul_cert_file.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_KEY={{ env `NOMAD_SECRETS_DIR` }}/consul_key_file.pem{{ end }}
        EOT
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
