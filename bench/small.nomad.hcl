job "small" {
  update {
    min_healthy_time = "1s"
    healthy_deadline = "30s"
  }

  group "small" {
    task "sleep" {
      driver = "raw_exec"

      config {
        command = "sleep"
        args    = ["3600"]
      }

      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
