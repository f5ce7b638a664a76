job "registry" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "registry" {
    network {
      port "http" {}
    }

    # Images go along to the next allocation on the same node, and are copied to another one where Nomad can.
    ephemeral_disk {
      sticky  = true
      migrate = true
      size    = 2000
    }

    service {
      name     = "registry"
      provider = "consul"
      port     = "http"

      check {
        name     = "its API"
        type     = "http"
        path     = "/v2/"
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

    task "registry" {
      driver = "raw_exec"

      config {
        command = "docker-registry"
        args    = ["serve", "${NOMAD_TASK_DIR}/config.yml"]
      }

      template {
        destination = "local/config.yml"
        data        = <<-YAML
          version: 0.1
          log:
            level: warn
          storage:
            filesystem:
              rootdirectory: {{ env "NOMAD_ALLOC_DIR" }}/data/registry
            delete:
              enabled: true
          http:
            addr: {{ env "NOMAD_ADDR_http" }}
        YAML
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
