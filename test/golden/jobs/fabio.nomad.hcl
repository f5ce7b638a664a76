job "fabio" {
  type        = "system"
  datacenters = ["*"]

  meta {
    prefix = "urlprefix-"
  }

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
  }

  group "fabio" {
    # As long as a client may go on asking the one that is about to end.
    shutdown_delay = "2s"

    network {
      port "proxy" {
        static = 9999
      }

      port "ui" {
        static = 9998
      }
    }

    # On a computer with several clients each has an address of its own, and so each its own ports.
    service {
      name     = "fabio"
      provider = "consul"
      port     = "proxy"
      address  = "${meta.address}"

      check {
        name     = "is well"
        type     = "http"
        port     = "ui"
        path     = "/health"
        interval = "1s"
        timeout  = "2s"
      }
    }

    service {
      name     = "fabio-ui"
      provider = "consul"
      port     = "ui"
      address  = "${meta.address}"

      check {
        name     = "shows routes"
        type     = "http"
        path     = "/health"
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

    task "fabio" {
      driver       = "raw_exec"
      kill_timeout = "10s"

      # Gives the task a token of its own on a secured cluster: it reads services, and registers nothing.
      consul {}

      # Whoever runs Nomad's client runs fabio: it has to be told that this may be root.
      config {
        command = "fabio"
        args = [
          "-insecure",
          "-registry.consul.addr", "${meta.consul_http_addr}",
          "-registry.consul.register.enabled=false",
          "-registry.consul.tagprefix", "urlprefix-",
          "-proxy.addr", "${meta.address}:9999",
          "-ui.addr", "${meta.address}:9998",
          "-ui.access", "ro",
          "-proxy.strategy", "rr",
          "-proxy.dialtimeout", "2s",
          "-proxy.shutdownwait", "5s",
          "-log.routes.format", "delta",
        ]
      }

      # On a secured cluster the node's agent speaks TLS, with a certificate that the cluster's own authority has signed. Where it
      # wants one of whoever asks, Nomad lays that of the node's tasks beside the token. The token itself is in the environment.
      template {
        destination = "local/consul-ca.pem"
        data        = "{{ with env `meta.consul_ca` }}{{ base64Decode . }}{{ end }}"
        change_mode = "noop"
      }

      template {
        destination = "local/fabio.env"
        env         = true
        change_mode = "noop"
        data        = <<-EOT
          {{ if env `meta.consul_ca` }}FABIO_REGISTRY_CONSUL_TLS_CAFILE={{ env `NOMAD_TASK_DIR` }}/consul-ca.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}FABIO_REGISTRY_CONSUL_TLS_CERTFILE={{ env `NOMAD_SECRETS_DIR` }}/consul_cert_file.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}FABIO_REGISTRY_CONSUL_TLS_KEYFILE={{ env `NOMAD_SECRETS_DIR` }}/consul_key_file.pem{{ end }}
        EOT
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
