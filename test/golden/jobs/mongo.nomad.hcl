job "mongo" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "2m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "mongo" {
    network {
      port "db" {}
    }

    ephemeral_disk {
      sticky  = true
      migrate = true
      size    = 1000
    }

    service {
      name     = "mongo"
      provider = "consul"
      port     = "db"

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

    task "mongo" {
      driver = "docker"

      kill_timeout = "20s"

      config {
        image        = "docker.io/library/mongo:7.0"
        network_mode = "host"
        entrypoint = [
          "/bin/sh", "-c", "mkdir -p \"$0\" && exec mongod --dbpath \"$0\" \"$@\"", "${NOMAD_ALLOC_DIR}/data/mongo",
          "--bind_ip", "${NOMAD_IP_db}",
          "--port", "${NOMAD_PORT_db}",
        ]
      }

      resources {
        cpu    = 300
        memory = 1024
      }
    }
  }
}
