job "memcached" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "memcached" {
    count = 2

    network {
      port "memcached" {}
    }

    service {
      name     = "memcached"
      provider = "consul"
      port     = "memcached"

      check {
        name     = "accepts connections"
        type     = "tcp"
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

    task "memcached" {
      driver = "raw_exec"

      config {
        command = "memcached"
        args = [
          "--user=nobody",
          "--listen=${NOMAD_IP_memcached}",
          "--port=${NOMAD_PORT_memcached}",
          "--udp-port=0",
          "--memory-limit=32",
        ]
      }

      resources {
        cpu    = 50
        memory = 48
      }
    }
  }
}
