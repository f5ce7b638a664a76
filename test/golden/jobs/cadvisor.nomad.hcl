job "cadvisor" {
  type        = "system"
  datacenters = ["*"]

  update {
    max_parallel     = 1
    min_healthy_time = "1s"
    healthy_deadline = "2m"
  }

  group "cadvisor" {
    network {
      port "http" {}
    }

    # The tag is what the job prometheus looks for.
    service {
      name     = "cadvisor"
      provider = "consul"
      port     = "http"
      tags     = ["metrics"]

      check {
        name     = "is healthy"
        type     = "http"
        path     = "/healthz"
        interval = "2s"
        timeout  = "5s"
      }
    }

    restart {
      attempts = 3
      interval = "1m"
      delay    = "1s"
      mode     = "delay"
    }

    task "cadvisor" {
      driver = "docker"

      config {
        image        = "gcr.io/cadvisor/cadvisor:v0.49.1"
        network_mode = "host"
        args         = ["-listen_ip=${NOMAD_IP_http}", "-port=${NOMAD_PORT_http}", "-docker_only=true", "-housekeeping_interval=10s"]
        volumes = [
          "/:/rootfs:ro",
          "/var/run:/var/run:ro",
          "/sys:/sys:ro",
          "/var/lib/docker/:/var/lib/docker:ro",
        ]
      }

      resources {
        cpu    = 100
        memory = 200
      }
    }
  }
}
