job "haproxy" {
  type        = "service"
  datacenters = ["*"]

  meta {
    balances = "hello"
  }

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "haproxy" {
    count          = 2
    shutdown_delay = "2s"

    constraint {
      distinct_hosts = true
    }

    network {
      port "http" {
        static = 8091
      }
    }

    # The check asks haproxy alone: without a single instance behind it, it is well all the same, and says 503.
    service {
      name     = "haproxy"
      provider = "consul"
      port     = "http"
      address  = "${meta.address}"

      check {
        name     = "is well"
        type     = "http"
        path     = "/-/health"
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

    task "haproxy" {
      driver       = "raw_exec"
      kill_signal  = "SIGUSR1"
      kill_timeout = "15s"

      # Where Nomad's client is root, haproxy gives that up as soon as it listens.
      config {
        command = "/bin/sh"
        args = [
          "-c", "test \"$(id -u)\" -ne 0 || set -- -f local/as-nobody.cfg; exec \"$0\" -db \"$@\" -f local/haproxy.cfg",
          "haproxy",
        ]
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
      # Names need no token of the task: the node's agent answers them with its own, which reads services and nodes and nothing else.
      template {
        destination = "local/haproxy.cfg"
        change_mode = "noop"
        data        = <<-EOT
          global
            maxconn 4096
            hard-stop-after 10s
          defaults
            mode http
            timeout connect 1s
            timeout client 60s
            timeout server 60s
            timeout http-request 10s
            timeout http-keep-alive 60s
            option redispatch 1
            retries 3
            retry-on all-retryable-errors
          resolvers consul
            nameserver agent tcp@{{ env `meta.address` }}:8600
            accepted_payload_size 65535
            timeout resolve 200ms
            timeout retry 200ms
            hold valid 200ms
            hold obsolete 0s
            hold nx 0s
            hold timeout 60s
            hold refused 60s
            hold other 60s
          frontend http
            bind {{ env `meta.address` }}:{{ env `NOMAD_PORT_http` }}
            monitor-uri /-/health
            # What it knows of its servers, for its own node alone.
            acl own_node src 127.0.0.0/8 {{ env `meta.address` }}
            http-request deny if { path_beg /-/upstream } !own_node
            stats uri /-/upstream
            stats show-legends
            stats hide-version
            option forwardfor
            # Of requests that change something, those that may have reached an instance are not sent to another one.
            http-request disable-l7-retry unless METH_GET
            http-after-response set-header Retry-After 2 if { status 503 }
            default_backend instances
          backend instances
            balance roundrobin
            option http-keep-alive
            # All instances on one computer may share an address: they are told apart by their ports.
            server-template i 250 _{{ env `NOMAD_META_balances` }}._tcp.service.consul resolvers consul resolve-opts allow-dup-ip init-addr none check inter 1s fall 1 rise 1
        EOT
      }

      resources {
        cpu    = 100
        memory = 96
      }
    }
  }
}
