job "hello" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "web" {
    count = 3

    network {
      port "http" {}
    }

    service {
      name     = "hello"
      provider = "consul"
      port     = "http"

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
        command = "python3"
        args = [
          "-m", "http.server", "${NOMAD_PORT_http}",
          "--bind", "${NOMAD_IP_http}",
          "--directory", "${NOMAD_TASK_DIR}/page",
        ]
      }

      template {
        destination = "local/page/index.html"
        data        = <<-PAGE
          {{ env "NOMAD_META_greeting" }} from allocation {{ env "NOMAD_ALLOC_ID" }} on {{ env "node.unique.name" }}
        PAGE
      }

      meta {
        greeting = "hello there"
      }

      resources {
        cpu    = 50
        memory = 48
      }
    }
  }
}
