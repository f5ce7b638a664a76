job "node-exporter" {
  type        = "system"
  datacenters = ["*"]

  update {
    max_parallel     = 1
    min_healthy_time = "1s"
    healthy_deadline = "1m"
  }

  group "node-exporter" {
    network {
      port "http" {}
    }

    # The tag is what the job prometheus looks for.
    service {
      name     = "node-exporter"
      provider = "consul"
      port     = "http"
      tags     = ["metrics"]

      check {
        name     = "the page"
        type     = "http"
        path     = "/"
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

    task "node-exporter" {
      driver = "raw_exec"

      config {
        command = "prometheus-node-exporter"
        args    = ["--web.listen-address=${NOMAD_ADDR_http}"]
      }

      resources {
        cpu    = 50
        memory = 48
      }
    }
  }
}
