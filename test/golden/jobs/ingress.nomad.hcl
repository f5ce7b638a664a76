job "ingress" {
  type        = "system"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
  }

  group "ingress" {
    # As long as a load balancer may go on sending to the one that is about to end.
    shutdown_delay = "3s"

    network {
      port "status" {
        static = 18000
      }
    }

    # On a computer with several clients each has an address of its own, and so each its own ports.
    service {
      name     = "ingress"
      provider = "consul"
      port     = "status"
      address  = "${meta.address}"

      check {
        name     = "is well"
        type     = "http"
        path     = "/-/ingress-health"
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

    task "haproxy" {
      driver       = "exec"
      kill_signal  = "SIGUSR1"
      kill_timeout = "15s"

      # A master with workers: it reads its configuration anew on SIGUSR2, and goes on with the old one where the new one is wrong. Where
      # Nomad's client is root, workers give that up as soon as they listen.
      config {
        command = "/bin/sh"
        args = [
          "-c", "test \"$(id -u)\" -ne 0 || set -- -f \"$NOMAD_TASK_DIR/as-nobody.cfg\"; exec \"$0\" -W \"$@\" -f \"$NOMAD_TASK_DIR/haproxy.cfg\"",
          "haproxy",
        ]
      }

      env {
        INGRESS_ADDRESS = "${meta.address}"
      }

      template {
        destination = "local/as-nobody.cfg"
        change_mode = "noop"
        data        = <<-EOT
          global
            user nobody
            group nogroup
        EOT
      }

      # Over TCP: a datagram has room for some 130 instances, another choice of them in each answer.
      # What is exposed is in a variable of Nomad's that tasks of this job may read: `nomadctl job expose` writes it. Names need no token of
      # the task: the node's agent answers them with its own, which reads services and nodes and nothing else.
      # The version is told by whoever took this configuration, and so listens at every port of it.
      template {
        destination   = "local/haproxy.cfg"
        change_mode   = "signal"
        change_signal = "SIGUSR2"
        splay         = "0s"

        wait {
          min = "10ms"
          max = "100ms"
        }

        data = <<-EOT
          global
            maxconn 4096
            hard-stop-after 10s
          defaults
            timeout connect 1s
            timeout client 60s
            timeout server 60s
            timeout http-request 10s
            timeout http-keep-alive 60s
            option redispatch 1
            retries 3
          resolvers consul
            nameserver agent "tcp@$${INGRESS_ADDRESS}:8600"
            accepted_payload_size 65535
            timeout resolve 200ms
            timeout retry 200ms
            hold valid 200ms
            hold obsolete 0s
            hold nx 0s
            hold timeout 1h
            hold refused 1h
            hold other 1h
          frontend status
            mode http
            bind "$${INGRESS_ADDRESS}:18000"
            monitor-uri /-/ingress-health
          {{ if nomadVarExists "nomad/jobs/ingress" }}{{ with nomadVar "nomad/jobs/ingress" }}{{ with .version }}
            http-request return status 200 content-type text/plain string "{{ . }}" if { path /-/ingress-version }
          {{ end }}{{ .config }}{{ end }}{{ end }}
        EOT
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
